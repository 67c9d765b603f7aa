import Basics

/// A parked call.
struct ExchangeParking: Sendable {
    let serial: Int
    /// The device that is called when nobody takes the call.
    let parker: String
    let since: Timestamp
    let seconds: Int
}

/// The parking lot of a live exchange.
extension LiveExchange {
    static let spaces = 701...720

    /// Parks a channel; whom it talked with stays alone in their bridge.
    ///
    /// - Returns: whether there was room.
    mutating func park(_ serial: Int, parker: String, seconds: Int) -> Bool {
        guard let space = Self.spaces.first(where: { parked[$0] == nil }) else { return false }
        release(serial)
        let others = channels[serial]?.bridge.flatMap { bridges[$0]?.members.filter { $0 != serial } } ?? []
        parked[space] = ExchangeParking(serial: serial, parker: parker, since: now, seconds: seconds)
        touch(Self.parkingDevice(space))
        emitParking("ParkedCall", space)
        let lot = parkingBridge ?? newBridge(.holding)
        parkingBridge = lot
        _ = enter(serial, lot)
        channels[serial]?.begin(.parked(space: space))
        plan(.endParking, for: serial, milliseconds: seconds * 1000)
        for other in others where channels[other]?.leavesAt == nil { planLeave(other, seconds: 3) }
        return true
    }

    /// Nobody has taken the call: the parker's phone rings.
    mutating func endParking(_ serial: Int) {
        guard case .parked(let space) = channels[serial]?.activity, let parking = parked[space] else { return }
        emitParking("ParkedCallTimeOut", space)
        freeSpace(space)
        channels[serial]?.face.context = "park-dial"
        channels[serial]?.face.exten = parking.parker.replacing("/", with: "_")
        channels[serial]?.face.priority = 1
        channels[serial]?.begin(.idle)
        _ = leaveBridge(serial)
        dial(String(parking.parker.dropFirst("PJSIP/".count)), for: serial, seconds: 30)
    }

    /// Takes a parked call.
    mutating func pickUp(_ space: Int, by serial: Int) {
        guard let parking = parked[space] else { return hangUp(serial, cause: 0, by: .dialplan) }
        run("ParkedCall", "\(space)", on: serial)
        setState(.up, of: serial)
        emitParking("UnParkedCall", space, retriever: serial)
        freeSpace(space)
        bridge([parking.serial, serial])
    }

    mutating func freeSpace(_ space: Int) {
        parked[space] = nil
        touch(Self.parkingDevice(space))
    }

    mutating func emitParking(_ event: String, _ space: Int, retriever: Int? = nil) {
        guard let parking = parked[space], let face = channels[parking.serial]?.face else { return }
        let taker = retriever.flatMap { channels[$0]?.face }
        let age = seconds(since: parking.since)
        emit(event) { bytes in
            face.append(to: &bytes, prefix: "Parkee")
            taker?.append(to: &bytes, prefix: "Retriever")
            parking.append(space: space, age: age, to: &bytes)
        }
    }

    /// Takes a channel out of what it does, so that it can go elsewhere; its bridge is left for the caller.
    mutating func release(_ serial: Int) {
        guard let channel = channels[serial] else { return }
        switch channel.activity {
        case .dialling(let dialled): cancel(dialled, for: serial, cause: 16)
        case .queued: abandon(serial)
        case .parked(let space):
            emitParking("ParkedCallGiveUp", space)
            freeSpace(space)
        case .idle, .dialled, .waiting, .talking: break
        }
        loseVisit(of: serial)
        channels[serial]?.begin(.idle)
    }
}

extension ExchangeParking {
    func append(space: Int, age: Int, to bytes: inout [UInt8]) {
        bytes.appendHeader("ParkerDialString", parker)
        bytes.appendHeader("Parkinglot", "default")
        bytes.appendHeader("ParkingSpace", space)
        bytes.appendHeader("ParkingTimeout", max(seconds - age, 0))
        bytes.appendHeader("ParkingDuration", age)
    }
}
