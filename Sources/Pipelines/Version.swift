/// The version of this almanac: the one place that says it. Packages and manual pages take it from here.
public let almanacVersion = "0.1.0"
