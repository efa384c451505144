/// A text's pieces, with a weekday in front taken off: a date, and what stands behind it.
struct TimeShape {
  private var tokens: ArraySlice<TimeToken>
  private var prefix = ""

  init(_ tokens: [TimeToken]) {
    self.tokens = tokens[...]
    guard case .weekday(let full)? = self.tokens.first else { return }
    self.tokens = self.tokens.dropFirst()
    prefix = (full ? "EEEE" : "EEE") + takeSeparator()
  }

  /// Marks and blanks, as a pattern has them.
  private mutating func takeSeparator() -> String {
    var text = ""
    while let token = tokens.first {
      switch token {
      case .mark(let byte): text += byte == Ascii.quote ? "''" : String(decoding: [byte], as: UTF8.self)
      case .blanks(let count): text += String(repeating: " ", count: count)
      default: return text
      }
      tokens = tokens.dropFirst()
    }
    return text
  }

  /// A number or name of a date, and the marks behind it.
  private struct Item {
    enum Kind: Equatable {
      case number(Int)
      case month(full: Bool)
      case letter(UInt8)
    }
    var kind: Kind
    var separator: String
    /// What is behind it, and behind its separator.
    var afterKind: ArraySlice<TimeToken>
    var afterSeparator: ArraySlice<TimeToken>
  }

  /// The pattern of a text that is a time of day; nil for any other.
  static func clock(in text: Span<UInt8>) -> String? {
    guard let tokens = TimeToken.all(in: text) else { return nil }
    var shape = TimeShape(tokens)
    guard shape.tokens.count >= 3 else { return nil }
    return shape.timeOfDay(after: " ")
  }

  var proposals: [TimeProposal] {
    var items: [Item] = []
    var rest = self
    while items.count < 4, let token = rest.tokens.first {
      let kind: Item.Kind
      switch token {
      case .number(let digits): kind = .number(digits)
      case .month(let full): kind = .month(full: full)
      case .letter(let byte): kind = .letter(byte)
      default: return propose(items)
      }
      rest.tokens = rest.tokens.dropFirst()
      let afterKind = rest.tokens
      let separator = rest.takeSeparator()
      items.append(Item(kind: kind, separator: separator, afterKind: afterKind, afterSeparator: rest.tokens))
    }
    return propose(items)
  }

  private func propose(_ items: [Item]) -> [TimeProposal] {
    var found: [TimeProposal] = []
    for count in stride(from: min(items.count, 4), through: 1, by: -1) {
      let date = Array(items.prefix(count))
      let separators = date.dropLast().map(\.separator)
      var connector = self
      connector.tokens = date[count - 1].afterKind
      guard let clock = connector.clock() else { continue }
      for (pattern, demand) in dates(date.map(\.kind), separators) {
        let hasClock = !clock.isEmpty
        guard let format = try? TimeFormat(prefix + pattern + clock) else { continue }
        found.append(TimeProposal(format, hasClock && demand != .year ? .nothing : demand))
      }
      if !found.isEmpty { return found }
    }
    return found
  }

  /// The patterns of a date.
  private func dates(_ kinds: [Item.Kind], _ separators: [String]) -> [(String, TimeProposal.Demand)] {
    switch (kinds.first, kinds.count) {
    case (_, 1): single(kinds[0])
    case (_, 2): pair(kinds[0], separators[0], kinds[1])
    case (_, 3): triple(kinds, separators)
    default: week(kinds, separators)
    }
  }

  private func single(_ kind: Item.Kind) -> [(String, TimeProposal.Demand)] {
    guard case .number(let digits) = kind else { return [] }
    switch digits {
    case 4: return [("yyyy", .year)]
    case 6: return [("yyyyMM", .year)]
    case 7: return [("yyyyDDD", .year)]
    case 8: return [("yyyyMMdd", .year)]
    case 10: return [("yyyyMMddHH", .year)]
    case 12: return [("yyyyMMddHHmm", .year)]
    case 14: return [("yyyyMMddHHmmss", .year)]
    case 17: return [("yyyyMMddHHmmssSSS", .year)]
    default: return []
    }
  }

  private func pair(_ a: Item.Kind, _ separator: String, _ b: Item.Kind) -> [(String, TimeProposal.Demand)] {
    let mark = separator.trimmedMark
    switch (a, b) {
    case (.number(4), .number(3)) where ["-", "/", "_"].contains(mark): return [("yyyy\(separator)DDD", .year)]
    case (.number(4), .number(1...2)) where ["-", "/", " ", "_", ":"].contains(mark):
      return [("yyyy\(separator)M", .nothing)]
    // As decimal numbers prices look alike.
    case (.number(4), .number(1...2)) where mark == ".": return [("yyyy\(separator)M", .regular)]
    case (.number(1...2), .number(4)) where ["-", "/", " ", "_"].contains(mark):
      return [("M\(separator)yyyy", .nothing)]
    case (.number(1...2), .number(4)) where mark == ".": return [("M\(separator)yyyy", .regular)]
    case (.number(1), .number(2)) where mark == "-": return [("y\(separator)MM", .regular)]
    case (.number(2), .number(2)) where mark == "-" || mark == "/":
      return [
        ("MM\(separator)yy", .regular), ("yy\(separator)MM", .regular), ("y\(separator)MM", .regular),
      ]
    case (.month(let full), .number(4)): return [("\(month(full))\(separator)yyyy", .nothing)]
    case (.number(4), .month(let full)): return [("yyyy\(separator)\(month(full))", .nothing)]
    case (.month(let full), .number(1...2)): return [("\(month(full))\(separator)yy", .regularMonths)]
    case (.number(1...2), .month(let full)): return [("yy\(separator)\(month(full))", .regularMonths)]
    default: return []
    }
  }

  private func triple(_ kinds: [Item.Kind], _ separators: [String]) -> [(String, TimeProposal.Demand)] {
    let (s, t) = (separators[0], separators[1])
    let mark = s.trimmedMark
    switch (kinds[0], kinds[1], kinds[2]) {
    case (.number(4), .number(1...2), .number(1...2)) where s == t && !mark.isEmpty && mark != ":":
      return [("yyyy\(s)M\(t)d", .nothing)]
    case (.number(1...2), .number(1...2), .number(4)) where s == t && ["/", "-", " ", "_"].contains(mark):
      return [("d\(s)M\(t)yyyy", .nothing), ("M\(s)d\(t)yyyy", .nothing)]
    case (.number(1...2), .number(1...2), .number(4)) where s == t && mark == ".": return [("d\(s)M\(t)yyyy", .nothing)]
    case (.number(2), .number(2), .number(2)) where s == t && mark == ".": return [("d\(s)M\(t)yy", .nothing)]
    case (.number(let a), .number(1...2), .number(2)) where a <= 2 && s == t && (mark == "/" || mark == "-"):
      let yearFirst = a == 2 && kinds[1] == .number(2) ? [("yy\(s)M\(t)d", TimeProposal.Demand.nothing)] : []
      return [("d\(s)M\(t)yy", .nothing), ("M\(s)d\(t)yy", .nothing)] + yearFirst
    case (.number(1...2), .month(let full), .number(let c)) where c == 4 || c == 2:
      return [("d\(s)\(month(full))\(t)\(c == 4 ? "yyyy" : "yy")", .nothing)]
        + (kinds[0] == .number(2) && c == 2 ? [("yy\(s)\(month(full))\(t)d", .nothing)] : [])
    case (.month(let full), .number(1...2), .number(let c)) where !t.isEmpty && (c == 4 || c == 2):
      return [("\(month(full))\(s)d\(t)\(c == 4 ? "yyyy" : "yy")", .nothing)]
    case (.number(4), .month(let full), .number(1...2)): return [("yyyy\(s)\(month(full))\(t)d", .nothing)]
    // 2000Q1, 2000T1, 2000H1, 2000S1, 2020-W02, 2020W021, 2020M01.
    case (.number(4), .letter(let letter), .number(let c)) where t.isEmpty:
      let name = String(decoding: [letter], as: UTF8.self)
      switch (Ascii.lower(letter), c) {
      case (UInt8(ascii: "q"), 1), (UInt8(ascii: "t"), 1): return [("yyyy\(s)'\(name)'Q", .nothing)]
      case (UInt8(ascii: "h"), 1), (UInt8(ascii: "s"), 1): return [("yyyy\(s)'\(name)'P", .nothing)]
      case (UInt8(ascii: "m"), 1...2): return [("yyyy\(s)'\(name)'M", .nothing)]
      case (UInt8(ascii: "w"), 1...2): return [("YYYY\(s)'\(name)'w", .nothing)]
      case (UInt8(ascii: "w"), 3): return [("YYYY\(s)'\(name)'wwe", .nothing)]
      default: return []
      }
    case (.letter(let letter), .number(let b), .number(let c)) where s.isEmpty && (c == 4 || c == 2) && !t.isEmpty:
      let name = String(decoding: [letter], as: UTF8.self)
      switch (Ascii.lower(letter), b) {
      case (UInt8(ascii: "q"), 1), (UInt8(ascii: "t"), 1):
        return [("'\(name)'Q\(t)\(c == 4 ? "yyyy" : "yy")", .nothing)]
      case (UInt8(ascii: "h"), 1), (UInt8(ascii: "s"), 1):
        return [("'\(name)'P\(t)\(c == 4 ? "yyyy" : "yy")", .nothing)]
      case (UInt8(ascii: "w"), 1...2) where c == 4: return [("'\(name)'w\(t)YYYY", .nothing)]
      default: return []
      }
    // 1Q2000, 1T2000, 1H2000, 1S2000.
    case (.number(1), .letter(let letter), .number(let c)) where s.isEmpty && (c == 4 || c == 2):
      let field =
        switch Ascii.lower(letter) {
        case UInt8(ascii: "q"), UInt8(ascii: "t"): "Q"
        case UInt8(ascii: "h"), UInt8(ascii: "s"): "P"
        default: ""
        }
      guard !field.isEmpty else { return [] }
      return [("\(field)'\(String(decoding: [letter], as: UTF8.self))'\(t)\(c == 4 ? "yyyy" : "yy")", .nothing)]
    default: return []
    }
  }

  /// 2020-W02-1.
  private func week(_ kinds: [Item.Kind], _ separators: [String]) -> [(String, TimeProposal.Demand)] {
    guard case (.number(4), .letter(let letter), .number(2), .number(1)) = (kinds[0], kinds[1], kinds[2], kinds[3]),
      Ascii.lower(letter) == UInt8(ascii: "w"), separators[1].isEmpty, separators[2] == "-"
    else { return [] }
    return [("YYYY\(separators[0])'\(String(decoding: [letter], as: UTF8.self))'ww-e", .nothing)]
  }

  private func month(_ full: Bool) -> String { full ? "MMMM" : "MMM" }

  /// The pattern of what stands behind a date, with its connector; empty where nothing does, nil where it is no clock.
  private func clock() -> String? {
    var rest = self
    guard !rest.tokens.isEmpty else { return "" }
    var connector = rest.takeSeparator()
    if connector.isEmpty, case .letter(let byte)? = rest.tokens.first, byte | 32 == Ascii.smallTee {
      rest.tokens = rest.tokens.dropFirst()
      connector = "'\(String(decoding: [byte], as: UTF8.self))'"
    }
    // A point behind the date is part of it, as in "1. 2. 2020.".
    if rest.tokens.isEmpty { return connector == "." ? connector : nil }
    guard !connector.isEmpty else { return nil }
    return rest.timeOfDay(after: connector).map { connector + $0 }
  }

  private mutating func timeOfDay(after connector: String) -> String? {
    guard case .number(let first)? = tokens.first else { return nil }
    tokens = tokens.dropFirst()
    // Hours, minutes and seconds in one number.
    if first == 4 || first == 6 { return zone().map { (first == 4 ? "HHmm" : "HHmmss") + $0 } }
    guard first <= 2 else { return nil }
    var (text, parts) = ("", 1)
    var mark: TimeToken?
    while parts < 3, let next = tokens.first,
      next == .mark(Ascii.colon) || next == .mark(Ascii.point) || next == .blanks(1),
      mark == nil || mark == next, case .number(let digits)? = tokens.dropFirst().first,
      digits == 2 || digits == 1 && next == .blanks(1)
    {
      mark = next
      tokens = tokens.dropFirst(2)
      let sign = next == .mark(Ascii.colon) ? ":" : next == .mark(Ascii.point) ? "." : " "
      text += sign + (parts == 1 ? (digits == 1 ? "m" : "mm") : digits == 1 ? "s" : "ss")
      parts += 1
    }
    if parts == 3, mark == .mark(Ascii.colon), let point = tokens.first,
      point == .mark(Ascii.point) || point == .mark(Ascii.comma), case .number(let digits)? = tokens.dropFirst().first
    {
      tokens = tokens.dropFirst(2)
      text += (point == .mark(Ascii.point) ? "." : ",") + String(repeating: "S", count: min(digits, 9))
    }
    let before = tokens
    var blank = ""
    if case .blanks(let count)? = tokens.first {
      blank = String(repeating: " ", count: count)
      tokens = tokens.dropFirst()
    }
    let isHalfDay = tokens.first == .dayPeriod
    if isHalfDay {
      tokens = tokens.dropFirst()
      text += blank + "a"
    } else {
      tokens = before
    }
    // An hour by itself stands in a column of its own.
    if parts == 1, !isHalfDay, !connector.allSatisfy({ $0 == " " }), !connector.hasPrefix("'") { return nil }
    return zone().map { (isHalfDay ? "h" : "H") + text + $0 }
  }

  /// The pattern of the zone that is left; empty where nothing is, nil where it is none.
  private mutating func zone() -> String? {
    guard !tokens.isEmpty else { return "" }
    var blank = ""
    if case .blanks(let count)? = tokens.first {
      blank = String(repeating: " ", count: count)
      tokens = tokens.dropFirst()
    }
    switch Array(tokens) {
    case [.letter(Ascii.zulu)], [.letter(Ascii.smallZulu)]: return blank + "X"
    case [.utc("UTC")]: return blank + "'UTC'"
    case [.utc("GMT")]: return blank + "'GMT'"
    case [.mark(Ascii.plus), .number(digits: 2)], [.mark(Ascii.minus), .number(digits: 2)]: return blank + "X"
    case [.mark(Ascii.plus), .number(digits: 4)], [.mark(Ascii.minus), .number(digits: 4)]: return blank + "XX"
    case [.mark(Ascii.plus), .number(digits: 2), .mark(Ascii.colon), .number(digits: 2)],
      [.mark(Ascii.minus), .number(digits: 2), .mark(Ascii.colon), .number(digits: 2)]:
      return blank + "XXX"
    default: return nil
    }
  }
}

extension String {
  /// The mark of a separator, with the blanks around it left out; a blank where it is nothing else.
  fileprivate var trimmedMark: String {
    let mark = filter { $0 != " " }
    return mark.isEmpty && !isEmpty ? " " : mark
  }
}
