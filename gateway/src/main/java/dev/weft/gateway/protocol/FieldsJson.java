package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.shown;
import static dev.weft.gateway.protocol.ProtocolException.tooLarge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request whose inputs are fields of one JSON object, by their names: a value or an array of
 * values each. A field that names no input is a parameter. Source: "Generate Extension",
 * docs/protocol of the Triton Inference Server.
 */
final class FieldsJson {

  /** Stands for the only input of text, whatever that is called. */
  private static final String TEXT_INPUT = "text_input";

  private final byte[] json;
  private final RequestRules rules;
  private final List<TensorSpec> inputs;
  private final TensorAllocator tensors;
  private final JsonFactory factory;
  private final Map<String, Tensor> tensorsRead = new LinkedHashMap<>();
  private final Map<String, Parameter> parameters = new HashMap<>();
  private Optional<String> id = Optional.empty();

  private FieldsJson(
      byte[] json,
      RequestRules rules,
      List<TensorSpec> inputs,
      TensorAllocator tensors,
      JsonFactory factory) {
    this.json = json;
    this.rules = rules;
    this.inputs = inputs;
    this.tensors = tensors;
    this.factory = factory;
  }

  /**
   * Reads all of {@code json} for a model with these inputs.
   *
   * @return to be closed by the caller
   * @throws ProtocolException if it is not as it should be; nothing is left on lease then
   */
  static InferRequest read(
      byte[] json,
      RequestRules rules,
      List<TensorSpec> inputs,
      TensorAllocator tensors,
      JsonFactory factory) {
    var fields = new FieldsJson(json, rules, inputs, tensors, factory);
    try {
      RequestJson.explained(fields::read);
      return new InferRequest(
          fields.id,
          new Parameters("request", fields.parameters),
          fields.tensorsRead,
          List.of(),
          false);
    } catch (RuntimeException e) {
      fields.tensorsRead.values().forEach(Tensor::close);
      throw e;
    }
  }

  private void read() throws IOException {
    try (var parser = factory.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("request: no JSON object (expected: %s)", expected());
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var field = parser.currentName();
        parser.nextToken();
        readField(parser, field);
      }
      if (parser.nextToken() != null) {
        throw invalid("request: more after the JSON object (expected: its end)");
      }
    }
    if (tensorsRead.isEmpty()) {
      throw invalid("request: no field names an input (expected: %s)", expected());
    }
  }

  private String expected() {
    return "a JSON object with fields of " + inputs.stream().map(TensorSpec::toString).toList();
  }

  private void readField(JsonParser parser, String field) throws IOException {
    var input = input(field);
    if (input.isPresent()) {
      readInput(parser, field, input.get());
    } else if (field.equals("id") && parser.currentToken() == JsonToken.VALUE_STRING) {
      id = Optional.of(rules.text("request", field, parser.getText()));
    } else if (field.equals("parameters") && parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        var name = parser.currentName();
        parser.nextToken();
        readParameter(parser, name);
      }
    } else {
      readParameter(parser, field);
    }
  }

  private Optional<TensorSpec> input(String field) {
    var named = inputs.stream().filter(spec -> spec.name().equals(field)).findFirst();
    if (named.isPresent() || !field.equals(TEXT_INPUT)) {
      return named;
    }
    var texts = inputs.stream().filter(spec -> spec.datatype() == Datatype.BYTES).toList();
    if (texts.size() != 1) {
      throw invalid(
          "'%s': the model has %d inputs of text (expected: 1, or %s)",
          TEXT_INPUT, texts.size(), expected());
    }
    return Optional.of(texts.getFirst());
  }

  private void readParameter(JsonParser parser, String name) throws IOException {
    RequestRules.requireRoom(
        parameters.size(), rules.limits().parametersMax(), "request: parameters");
    if (parser.currentToken().isStructStart()) {
      throw invalid(
          "field '%s': an array or an object (expected: one value as a parameter, or %s)",
          shown(name), expected());
    }
    var parameter = RequestJson.parameter(parser);
    if (!name.equals(InferRequest.BINARY_OUTPUTS)) { // There is one form of an answer here.
      parameters.put(name, parameter);
    }
  }

  private void readInput(JsonParser parser, String field, TensorSpec input) throws IOException {
    var place = "input '%s'".formatted(input.name());
    if (tensorsRead.containsKey(input.name())) {
      throw invalid("%s: twice, also as '%s' (expected: once)", place, field);
    }
    RequestRules.requireRoom(tensorsRead.size(), rules.limits().tensorsMax(), "inputs");
    var token = parser.currentToken();
    if (token == JsonToken.START_ARRAY) {
      tensorsRead.put(input.name(), array(parser, place, input));
    } else if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
      tensorsRead.put(input.name(), value(parser, place, input));
    } else {
      throw invalid(
          "%s: %s (expected: a value, or an array of values)", place, shown(parser.getText()));
    }
  }

  private Tensor value(JsonParser parser, String place, TensorSpec input) throws IOException {
    var shape = SpecShape.ofOne(input);
    if (shape.elements() != 1) {
      throw invalid(
          "%s: one value (expected: an array of %d, for shape %s)", place, shape.elements(), shape);
    }
    var sink = ElementSink.of(place, input.datatype(), shape, tensors);
    try {
      sink.add(parser, parser.currentToken());
      return sink.tensor();
    } catch (IOException | RuntimeException e) {
      sink.close();
      throw e;
    }
  }

  /** How many there are says what shape they have, so they are passed over once before. */
  private Tensor array(JsonParser parser, String place, TensorSpec input) throws IOException {
    var from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    var shape = shape(place, input, count(parser, place));
    try (var again = factory.createParser(json, from, json.length - from)) {
      again.nextToken();
      return JsonData.read(again, place, input.datatype(), shape, tensors);
    }
  }

  private Shape shape(String place, TensorSpec input, long count) {
    var shape = SpecShape.of(place, input, count);
    if (shape.elements() != count) {
      throw invalid(
          "%s: %d values (expected: %d for shape %s)", place, count, shape.elements(), shape);
    }
    return shape;
  }

  private long count(JsonParser parser, String place) throws IOException {
    var count = 0L;
    for (var depth = 1; depth > 0; ) {
      var token = parser.nextToken();
      if (token == null) {
        throw invalid("%s: ended early (expected: a closed array)", place);
      }
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      count += token.isScalarValue() ? 1 : 0;
    }
    if (count > rules.limits().elementsMax()) {
      throw tooLarge("%s: %d values (expected: <= %d)", place, count, rules.limits().elementsMax());
    }
    return count;
  }
}
