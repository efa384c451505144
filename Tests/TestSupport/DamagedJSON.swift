import Foundation

/// A JSON document with one place changed to what nobody writes: numbers of any size, empty and cut lists, missing keys.
/// Equal seeds give equal changes.
package struct DamagedJSON {
  private let root: Any
  private let places: [[Step]]

  private enum Step {
    case key(String)
    case index(Int)
  }

  /// The document to change.
  package init(_ document: Data) throws {
    root = try JSONSerialization.jsonObject(with: document, options: .fragmentsAllowed)
    var places: [[Step]] = []
    func walk(_ value: Any, _ place: [Step]) {
      if !place.isEmpty { places.append(place) }
      if let object = value as? [String: Any] {
        for key in object.keys.sorted() { object[key].map { walk($0, place + [.key(key)]) } }
      } else if let list = value as? [Any] {
        // The first and the last few stand for the others.
        for (index, item) in list.enumerated() where index < 3 || index >= list.count - 2 {
          walk(item, place + [.index(index)])
        }
      }
    }
    walk(root, [])
    self.places = places
  }

  private static var values: [Any] {
    [
      -1, 0, 1, 1 << 31, 1 << 40, 1 << 53, 1 << 62, Int.max, Int.min, 0.5, 1e300, -1e300, "nan", "inf", "", "x",
      NSNull(),
      [Any](), [String: Any](), [1, 2, 3],
    ]
  }

  /// The document with a change that a seed chooses.
  package func damaged(_ seed: Int) throws -> Data {
    let place = places[seed * 7919 % places.count]
    let changed = change(root, place[...], seed / places.count + seed)
    return try JSONSerialization.data(withJSONObject: changed, options: [.sortedKeys, .fragmentsAllowed])
  }

  /// How many places there are to change.
  package var count: Int { places.count }

  private func change(_ value: Any, _ place: ArraySlice<Step>, _ seed: Int) -> Any {
    guard let step = place.first else {
      if let list = value as? [Any], seed % 3 == 0 { return Array(list.dropLast()) }
      return Self.values[seed % Self.values.count]
    }
    switch step {
    case .key(let key):
      guard var object = value as? [String: Any], let inner = object[key] else { return value }
      object[key] = place.count == 1 && seed % 11 == 0 ? nil : change(inner, place.dropFirst(), seed)
      return object
    case .index(let index):
      guard var list = value as? [Any] else { return value }
      list[index] = change(list[index], place.dropFirst(), seed)
      return list
    }
  }
}
