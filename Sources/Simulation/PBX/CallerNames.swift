/// Realistic names of callers, in several scripts and with characters that need quoting.
enum CallerNames {
    static let all = [
        "Alice Agent",
        "Zoë Łukasz",
        "François Müller-Ångström",
        "José Núñez",
        "Иван Петров",
        "Ольга Щукина",
        "Γιώργος Παπαδόπουλος",
        "דוד כהן",
        "فاطمة الزهراء",
        "王小明",
        "山田 太郎",
        "김민준",
        "Café ☕ Olé 🎉",
        "👩‍👩‍👧 Family Office",
        "Alice \"Q\" Agent",
        "Back\\slash & Sons",
        "Miles O'Brien",
        "Queue, \"Caller\"",
        "Support <Tier 2>",
        "Bob",
    ]
}
