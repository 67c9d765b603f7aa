import AMI
import Basics

/// Dials, holds, transfers, parking and recordings.
extension LiveModel {
    mutating func beginDial(_ event: AMIMessage) {
        guard let dialled = channel(event, .destUniqueID) else { return }
        if !channels[dialled].isDialled {
            channels[dialled].isDialled = true
            settle(dialled)
        }
        guard let id = event[.uniqueID] else {
            let call = channels[dialled].call
            // Nobody dials: the PBX itself makes the call.
            if call >= 0, calls[call].channels.first == dialled { calls[call].isOriginated = true }
            return
        }
        guard let caller = channels.slot(of: id), channels[dialled].bridge < 0, channels[caller].call >= 0 else {
            return
        }
        move(dialled, to: channels[caller].call)
    }

    mutating func continueDial(_ event: AMIMessage) {
        guard let dialled = channel(event, .destUniqueID), !channels[dialled].hasProgress,
            let status = event[.dialStatus],
            status.equals("RINGING") || status.equals("PROGRESS") || status.equals("PROCEEDING")
        else { return }
        channels[dialled].hasProgress = true
        settle(dialled)
    }

    mutating func endDial(_ event: AMIMessage) {
        guard let dialled = channel(event, .destUniqueID), channels[dialled].isDialled || channels[dialled].hasProgress
        else { return }
        channels[dialled].isDialled = false
        channels[dialled].hasProgress = false
        settle(dialled)
    }

    mutating func setHolding(_ event: AMIMessage, _ isHolding: Bool) {
        guard let slot = channel(event) else { return }
        updateChannel(slot, event)
        guard channels[slot].isHolding != isHolding else { return }
        touch(call: channels[slot].call)
        channels[slot].isHolding = isHolding
        settle(slot)
    }

    mutating func noteBlindTransfer(_ event: AMIMessage) {
        guard event[.result]?.equalsIgnoringCase("success") == true, let slot = channel(event, .transfereeUniqueID),
            channels[slot].call >= 0
        else { return }
        let call = channels[slot].call
        guard calls[call].blindTransferredAt == nil else { return }
        touch(call: call)
        calls[call].blindTransferredAt = now
    }

    mutating func noteAttendedTransfer(_ event: AMIMessage) {
        guard event[.result]?.equalsIgnoringCase("success") == true,
            let slot = channel(event, .transfereeUniqueID) ?? channel(event, .origTransfererUniqueID)
        else { return }
        let call = channels[slot].call
        let transferer = LiveText.kept(event[.origTransfererUniqueID])
        guard call >= 0, calls[call].transferredBy != transferer else { return }
        touch(call: call, .callTransferred)
        calls[call].transferredBy = transferer
    }

    mutating func park(_ event: AMIMessage) {
        guard let slot = channel(event, .parkeeUniqueID) else { return }
        setParking(slot, event)
    }

    mutating func setParking(_ slot: Int, _ event: AMIMessage) {
        let lot = LiveText.kept(event[.parkingLot])
        let space = LiveText.kept(event[.parkingSpace])
        if let known = channels[slot].parking, known.lot == lot, known.space == space { return }
        touch(call: channels[slot].call, .callParked)
        births += 1
        channels[slot].parkedBorn = births
        let until = now.later(bySeconds: LiveText.number(event[.parkingTimeout]))
        channels[slot].parking = LiveChannel.Parking(lot: lot, space: space, until: until)
        if channels[slot].call >= 0 { calls[channels[slot].call].blindTransferredAt = nil }
        settle(slot)
    }

    mutating func unpark(_ event: AMIMessage) {
        guard let slot = channel(event, .parkeeUniqueID) else { return }
        unpark(slot)
    }

    mutating func unpark(_ slot: Int) {
        guard channels[slot].parking != nil else { return }
        touch(call: channels[slot].call)
        channels[slot].parking = nil
        settle(slot)
    }

    mutating func setRecording(_ event: AMIMessage, _ recording: LiveChannel.Recording) {
        guard let slot = channel(event), channels[slot].recording != recording else { return }
        touch(call: channels[slot].call)
        channels[slot].recording = recording
        settle(slot)
    }
}
