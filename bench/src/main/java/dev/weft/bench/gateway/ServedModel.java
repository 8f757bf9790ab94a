package dev.weft.bench.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that a server is to serve, on its command line.
 *
 * @param inputs with fixed shapes, for the server that knows no other; their data is not passed on
 */
public record ServedModel(String name, Path file, List<WireTensor> inputs) {

  private static final String FIELDS = "|";
  private static final String PARTS = ":";

  public ServedModel {
    inputs = List.copyOf(inputs);
  }

  /** {@code name|file|input:FP32:1x4|...} */
  public String argument() {
    var fields = new ArrayList<String>(List.of(name, file.toString()));
    for (var input : inputs) {
      var dims = String.join("x", input.shape().stream().map(String::valueOf).toList());
      fields.add(String.join(PARTS, input.name(), input.datatype(), dims));
    }
    return String.join(FIELDS, fields);
  }

  static ServedModel parse(String argument) {
    var fields = List.of(argument.split("\\|"));
    var inputs = fields.subList(2, fields.size()).stream().map(ServedModel::input).toList();
    return new ServedModel(fields.get(0), Path.of(fields.get(1)), inputs);
  }

  private static WireTensor input(String field) {
    var parts = List.of(field.split(PARTS));
    var dims = List.of(parts.get(2).split("x")).stream().map(Long::valueOf).toList();
    return new WireTensor(parts.get(0), parts.get(1), dims, new byte[0]);
  }
}
