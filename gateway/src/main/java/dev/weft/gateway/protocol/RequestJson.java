package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.shown;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JSON part of a request, read once from front to back. Data goes straight into the memory of
 * its tensor; only where it stands before its datatype and shape is it passed over and read
 * afterwards.
 */
final class RequestJson {

  private static final int DIGITS_MAX = 400;

  private final byte[] json;
  private final ProtocolLimits limits;
  private final RequestRules rules;
  private final TensorAllocator tensors;
  private final JsonFactory factory;
  final List<InputDraft> inputs = new ArrayList<>();
  final List<RequestedOutput> outputs = new ArrayList<>();
  Optional<String> id = Optional.empty();
  Parameters parameters = Parameters.none("request");
  private boolean hasInputs;

  private RequestJson(
      byte[] json, RequestRules rules, TensorAllocator tensors, JsonFactory factory) {
    this.json = json;
    this.limits = rules.limits();
    this.rules = rules;
    this.tensors = tensors;
    this.factory = factory;
  }

  static JsonFactory factory(ProtocolLimits limits) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(ProtocolLimits.DEPTH_MAX)
                .maxNumberLength(DIGITS_MAX)
                .maxStringLength(limits.jsonBytesMax())
                .maxNameLength(limits.nameLengthMax())
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  /**
   * Reads all of {@code json}. What has data in JSON then has a tensor, which the caller closes.
   *
   * @throws ProtocolException if it is not as it should be; nothing is left on lease then
   */
  static RequestJson read(
      byte[] json, RequestRules rules, TensorAllocator tensors, JsonFactory factory) {
    var request = new RequestJson(json, rules, tensors, factory);
    try {
      explained(request::read);
      return request;
    } catch (RuntimeException e) {
      request.close();
      throw e;
    }
  }

  /** The reading of some JSON. */
  interface Reading {
    void run() throws IOException;
  }

  /**
   * Reads, and says of what is no JSON, or too much, where that is.
   *
   * @throws ProtocolException whatever is wrong
   */
  static void explained(Reading reading) {
    try {
      reading.run();
    } catch (StreamConstraintsException e) {
      throw new ProtocolException(Fault.TOO_LARGE, "JSON: " + firstLine(e.getOriginalMessage()), e);
    } catch (StreamReadException e) {
      throw new ProtocolException(
          Fault.INVALID, position(e) + firstLine(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new ProtocolException(Fault.INVALID, "JSON: " + firstLine(e.getMessage()), e);
    }
  }

  void close() {
    inputs.forEach(InputDraft::close);
  }

  private void read() throws IOException {
    try (var parser = factory.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("request: no JSON object (expected: {\"inputs\": [...]})");
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
    if (!hasInputs) {
      throw invalid("request: no 'inputs' (expected: an array)");
    }
    RequestRules.requireDistinct(inputs);
    for (var input : inputs) {
      readLateData(input);
    }
  }

  private void readField(JsonParser parser, String field) throws IOException {
    switch (field) {
      case "id" -> id = Optional.of(text(parser, "request", "id"));
      case "parameters" -> parameters = readParameters(parser, "request");
      case "inputs" -> {
        hasInputs = true;
        requireArray(parser, "inputs");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          RequestRules.requireRoom(inputs.size(), limits.tensorsMax(), "inputs");
          readInput(parser, new InputDraft(inputs.size()));
        }
      }
      case "outputs" -> {
        requireArray(parser, "outputs");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          RequestRules.requireRoom(outputs.size(), limits.tensorsMax(), "outputs");
          outputs.add(readOutput(parser, "output " + outputs.size()));
        }
      }
      default -> parser.skipChildren();
    }
  }

  private void readInput(JsonParser parser, InputDraft input) throws IOException {
    inputs.add(input);
    requireObject(parser, input.place());
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "name" -> input.name = text(parser, input.place(), "name");
        case "datatype" -> input.datatype = datatype(parser, input.place());
        case "shape" -> input.shape = shape(parser, input.place());
        case "parameters" -> input.parameters = readParameters(parser, input.place());
        case "data" -> readData(parser, input);
        default -> parser.skipChildren();
      }
    }
    if (input.hasData && input.isBinary()) {
      throw invalid(
          "%s: both 'data' and '%s' (expected: one)", input.place(), InputDraft.BINARY_SIZE);
    }
    rules.readPlace(input);
  }

  private void readData(JsonParser parser, InputDraft input) throws IOException {
    input.hasData = true;
    requireArray(parser, input.place() + ": data");
    if (input.datatype == null || input.shape == null) {
      input.dataAt = parser.currentTokenLocation().getByteOffset();
      parser.skipChildren();
    } else {
      fill(parser, input);
    }
  }

  private void readLateData(InputDraft input) throws IOException {
    if (input.dataAt >= 0) {
      var from = Math.toIntExact(input.dataAt);
      try (var parser = factory.createParser(json, from, json.length - from)) {
        parser.nextToken();
        fill(parser, input);
      }
    }
  }

  private void fill(JsonParser parser, InputDraft input) throws IOException {
    var datatype = input.requiredDatatype();
    var shape = input.requiredShape();
    requireElements(shape, input.place());
    // Each element takes a character and a comma at least, so a larger shape cannot be filled.
    if (shape.elements() > json.length / 2 + 1) {
      throw invalid(
          "%s: shape %s in %d bytes of JSON (expected: data for %d elements)",
          input.place(), shape, json.length, shape.elements());
    }
    input.fill(JsonData.read(parser, input.place(), datatype, shape, tensors));
  }

  private RequestedOutput readOutput(JsonParser parser, String position) throws IOException {
    requireObject(parser, position);
    var name = Optional.<String>empty();
    var found = Parameters.none(position);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "name" -> name = Optional.of(text(parser, position, "name"));
        case "parameters" -> found = readParameters(parser, position);
        default -> parser.skipChildren();
      }
    }
    return rules.output(position, name, found);
  }

  private Parameters readParameters(JsonParser parser, String place) throws IOException {
    requireObject(parser, place + ": parameters");
    var values = new HashMap<String, Parameter>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      RequestRules.requireRoom(values.size(), limits.parametersMax(), place + ": parameters");
      var name = parser.currentName();
      parser.nextToken();
      values.put(name, parameter(parser));
    }
    return new Parameters(place, values);
  }

  static Parameter parameter(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> new Parameter.Text(parser.getText());
      case VALUE_TRUE -> new Parameter.Flag(true);
      case VALUE_FALSE -> new Parameter.Flag(false);
      case VALUE_NUMBER_INT -> new Parameter.Whole(new BigInteger(parser.getText()));
      case VALUE_NUMBER_FLOAT -> new Parameter.Real(parser.getDoubleValue());
      default -> {
        parser.skipChildren();
        yield new Parameter.Other();
      }
    };
  }

  private String text(JsonParser parser, String place, String field) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw invalid("%s: '%s': %s (expected: a string)", place, field, shown(parser.getText()));
    }
    return rules.text(place, field, parser.getText());
  }

  private Datatype datatype(JsonParser parser, String place) throws IOException {
    return rules.datatype(place, text(parser, place, "datatype"));
  }

  private static Shape shape(JsonParser parser, String place) throws IOException {
    requireArray(parser, place + ": shape");
    var dims = new long[RequestRules.RANK_MAX];
    var rank = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      RequestRules.requireRank(place, rank);
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw invalid("%s: shape: %s (expected: whole numbers)", place, shown(parser.getText()));
      }
      dims[rank++] = parser.getLongValue();
    }
    return RequestRules.shape(place, dims, rank);
  }

  /** Holds a shape against the bound on elements. */
  void requireElements(Shape shape, String place) {
    rules.requireElements(shape, place);
  }

  private static void requireArray(JsonParser parser, String what) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw invalid("%s: %s (expected: an array)", what, shown(token(parser)));
    }
  }

  private static void requireObject(JsonParser parser, String what) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw invalid("%s: %s (expected: an object)", what, shown(token(parser)));
    }
  }

  private static String token(JsonParser parser) throws IOException {
    var text = parser.getText();
    return text == null ? "nothing" : text;
  }

  private static String position(StreamReadException e) {
    var at = e.getLocation();
    return at == null
        ? "JSON: "
        : "JSON, line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }
}
