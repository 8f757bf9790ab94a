package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;

import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@code ModelInferRequest} of the protocol, read once from front to back. Contents go straight
 * into the memory of their tensor; only where they stand before what says what they are, which no
 * known encoder does, they are held until then.
 */
final class RequestMessage {

  private final WireReader wire;
  private final ProtocolLimits limits;
  private final RequestRules rules;
  private final TensorAllocator tensors;
  final List<InputDraft> inputs = new ArrayList<>();
  final List<RequestedOutput> outputs = new ArrayList<>();
  String model = "";
  Optional<String> version = Optional.empty();
  Optional<String> id = Optional.empty();
  private final Map<String, Parameter> parameters = new HashMap<>();

  /** Inputs that do not lie in shared memory, which raw contents are of if there are any. */
  private final List<InputDraft> plain = new ArrayList<>();

  /** Raw contents met so far, and those of them that came before their input, by its index. */
  private int raws;

  private final Map<Integer, byte[]> early = new HashMap<>();

  private RequestMessage(WireReader wire, RequestRules rules, TensorAllocator tensors) {
    this.wire = wire;
    this.limits = rules.limits();
    this.rules = rules;
    this.tensors = tensors;
  }

  /**
   * Reads all of a message. Every input has a tensor then, which the caller closes.
   *
   * @throws ProtocolException if it is not as it should be; nothing is left on lease then
   */
  static RequestMessage read(WireReader wire, RequestRules rules, TensorAllocator tensors)
      throws IOException {
    var message = new RequestMessage(wire, rules, tensors);
    try {
      message.read();
      return message;
    } catch (IOException | RuntimeException e) {
      message.close();
      throw e;
    }
  }

  void close() {
    inputs.forEach(InputDraft::close);
  }

  Parameters parameters() {
    return new Parameters("request", parameters);
  }

  private void read() throws IOException {
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> model = rules.text("request", "model_name", wire.text());
        case 2 -> version = present(rules.text("request", "model_version", wire.text()));
        case 3 -> id = present(rules.text("request", "id", wire.text()));
        case 4 -> readParameter(parameters, "request");
        case 5 -> {
          RequestRules.requireRoom(inputs.size(), limits.tensorsMax(), "inputs");
          readInput(new InputDraft(inputs.size()));
        }
        case 6 -> {
          RequestRules.requireRoom(outputs.size(), limits.tensorsMax(), "outputs");
          outputs.add(readOutput("output " + outputs.size()));
        }
        case 7 -> readRaw();
        default -> wire.skip();
      }
    }
    if (model.isEmpty()) {
      throw invalid("request: no 'model_name' (expected: one)");
    }
    RequestRules.requireDistinct(inputs);
    fillTheRest();
  }

  private static Optional<String> present(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private void readInput(InputDraft input) throws IOException {
    inputs.add(input);
    input.shape = Shape.of();
    var dims = new Dims();
    var values = new HashMap<String, Parameter>();
    byte @Nullable [] contents = null;
    var around = wire.enter();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> input.name = rules.text(input.place(), "name", wire.text());
        case 2 -> {
          requireUnread(input);
          input.datatype = rules.datatype(input.place(), wire.text());
        }
        case 3 -> {
          requireUnread(input);
          input.shape = dims.read(input.place());
        }
        case 4 -> readParameter(values, input.place());
        case 5 -> {
          requireNoData(input);
          if (input.datatype == null || dims.rank == 0) {
            contents = wire.held();
            input.hasData = contents.length > 0;
          } else {
            readContents(wire, input);
          }
        }
        default -> wire.skip();
      }
    }
    wire.leave(around);
    input.parameters = new Parameters(input.place(), values);
    rules.readPlace(input);
    if (input.shared == null) {
      plain.add(input);
    }
    if (contents != null && input.hasData) {
      readHeld(contents, input);
    }
  }

  /** Contents have been read as what was said until then. */
  private static void requireUnread(InputDraft input) {
    if (input.isFilled()) {
      throw invalid(
          "%s: 'contents' amid 'datatype' and 'shape' (expected: after them)", input.place());
    }
  }

  private static void requireNoData(InputDraft input) {
    if (input.hasData) {
      throw invalid("%s: 'contents' twice (expected: once)", input.place());
    }
  }

  private void readHeld(byte[] contents, InputDraft input) throws IOException {
    input.fill(read(wire.over(contents), input));
  }

  private void readContents(WireReader from, InputDraft input) throws IOException {
    var around = from.enter();
    if (!from.isAtEnd()) {
      input.hasData = true;
      input.fill(read(from, input));
    }
    from.leave(around);
  }

  private Tensor read(WireReader from, InputDraft input) throws IOException {
    rules.requireElements(input.requiredShape(), input.place());
    return TypedData.read(
        from, input.place(), input.requiredDatatype(), input.requiredShape(), tensors);
  }

  /** The dimensions of a shape, which may come one by one or packed. */
  private final class Dims {
    private final long[] dims = new long[RequestRules.RANK_MAX];
    private int rank;

    Shape read(String place) throws IOException {
      if (wire.type() == WireReader.LENGTH) {
        var around = wire.enter();
        while (!wire.isAtEnd()) {
          readOne(place);
        }
        wire.leave(around);
      } else {
        wire.require(WireReader.VARINT);
        readOne(place);
      }
      return RequestRules.shape(place, dims, rank);
    }

    private void readOne(String place) throws IOException {
      RequestRules.requireRank(place, rank);
      dims[rank++] = wire.varint();
    }
  }

  private RequestedOutput readOutput(String position) throws IOException {
    var name = Optional.<String>empty();
    var values = new HashMap<String, Parameter>();
    var around = wire.enter();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> name = present(rules.text(position, "name", wire.text()));
        case 2 -> readParameter(values, position);
        default -> wire.skip();
      }
    }
    wire.leave(around);
    return rules.output(position, name, new Parameters(position, values));
  }

  private void readParameter(Map<String, Parameter> values, String place) throws IOException {
    RequestRules.requireRoom(values.size(), limits.parametersMax(), place + ": parameters");
    var name = "";
    Parameter value = new Parameter.Other();
    var around = wire.enter();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> name = rules.text(place, "parameters", wire.text());
        case 2 -> value = readValue();
        default -> wire.skip();
      }
    }
    wire.leave(around);
    values.put(name, value);
  }

  private Parameter readValue() throws IOException {
    Parameter value = new Parameter.Other();
    var around = wire.enter();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> value = new Parameter.Flag(readVarint() != 0);
        case 2 -> value = new Parameter.Whole(BigInteger.valueOf(readVarint()));
        case 3 -> value = new Parameter.Text(wire.text());
        case 4 -> {
          wire.require(WireReader.FIXED_64);
          value = new Parameter.Real(Double.longBitsToDouble(wire.fixed64()));
        }
        case 5 -> value = new Parameter.Whole(new BigInteger(Long.toUnsignedString(readVarint())));
        default -> wire.skip();
      }
    }
    wire.leave(around);
    return value;
  }

  private long readVarint() throws IOException {
    wire.require(WireReader.VARINT);
    return wire.varint();
  }

  private void readRaw() throws IOException {
    RequestRules.requireRoom(raws, limits.tensorsMax(), "raw_input_contents");
    var index = raws++;
    if (index < plain.size()) {
      var length = wire.length();
      fillRaw(plain.get(index), wire.content(length), length);
    } else {
      early.put(index, wire.held());
    }
  }

  private void fillRaw(InputDraft input, InputStream content, int length) throws IOException {
    if (input.hasData) {
      throw invalid("%s: both 'contents' and 'raw_input_contents' (expected: one)", input.place());
    }
    input.hasData = true;
    rules.requireElements(input.requiredShape(), input.place());
    input.fill(
        BinaryData.read(
            content,
            input.place(),
            input.requiredDatatype(),
            input.requiredShape(),
            length,
            tensors));
  }

  private void fillTheRest() throws IOException {
    if (raws > 0 && raws != plain.size()) {
      throw invalid(
          "raw_input_contents: %d (expected: %d, one for each input)", raws, plain.size());
    }
    for (var raw : early.entrySet()) {
      var content = raw.getValue();
      fillRaw(plain.get(raw.getKey()), new ByteArrayInputStream(content), content.length);
    }
    for (var input : plain) {
      if (!input.hasData) {
        if (input.requiredShape().elements() > 0) {
          throw invalid(
              "%s: no data (expected: 'contents' or 'raw_input_contents')", input.place());
        }
        fillRaw(input, InputStream.nullInputStream(), 0);
      }
    }
    rules.fillShared(inputs, tensors);
  }
}
