public import SkewlabEngine

/// The JSON Schema (2020-12) of scenario files, made from the catalog's declarations: editors complete and check with it.
public enum ScenarioSchema {
  /// The schema of a catalog.
  public static func make(_ catalog: Catalog) -> DocumentNode {
    var properties: DocumentNode = [:]
    for setting in Scenario.settings { properties[setting.name] = described(setting) }
    var definitions: DocumentNode = [:]
    for role in Role.allCases {
      let kinds = catalog.kinds(of: role)
      definitions[role.rawValue] = roleSchema(role, kinds)
      let reference: DocumentNode = ["$ref": .string("#/$defs/\(role.rawValue)")]
      var section: DocumentNode = role.isList ? ["type": "array", "items": reference] : reference
      section["description"] = .string(role.summary)
      properties[role.section] = section
    }
    properties["arms"] = [
      "type": "array", "description": "named variants of the scenario: patches of `set`, `add`, `remove`",
      "items": [
        "type": "object", "required": ["name"], "additionalProperties": false,
        "properties": [
          "name": ["type": "string"], "title": ["type": "string"], "set": ["type": "object"], "add": ["type": "object"],
          "remove": ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]],
        ],
      ],
    ]
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Skewlab scenario", "type": "object", "required": ["world"],
      "additionalProperties": false, "properties": properties, "$defs": definitions,
    ]
  }

  private static func roleSchema(_ role: Role, _ kinds: [any Component.Type]) -> DocumentNode {
    if kinds.isEmpty { return ["not": [:]] }
    var choices: [DocumentNode] = kinds.filter { kind in !Catalog.parameters(of: kind).contains { $0.isRequired } }.map {
      ["const": .string($0.kind)]
    }
    for kind in kinds {
      var properties: DocumentNode = ["kind": ["const": .string(kind.kind)]]
      let parameters = Catalog.parameters(of: kind)
      for parameter in parameters { properties[parameter.name] = described(parameter) }
      var schema: DocumentNode = ["type": "object", "description": .string(kind.summary)]
      let required = parameters.filter(\.isRequired).map(\.name)
      schema["required"] = .texts(role == .retraining ? required : ["kind"] + required)
      schema["properties"] = properties
      schema["additionalProperties"] = false
      choices.append(schema)
    }
    return ["anyOf": DocumentNode(.list(choices))]
  }

  private static func described(_ parameter: any ParameterDeclaration) -> DocumentNode {
    var node = parameter.type.schema
    node["description"] = .string(parameter.about)
    if let value = parameter.defaultValue, parameter.name != "id" { node["default"] = value }
    return node
  }
}
