package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.shown;
import static dev.weft.gateway.protocol.ProtocolException.tooLarge;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every request has to keep to, in whatever form it comes. */
record RequestRules(ProtocolLimits limits, SharedMemory memory) {

  /** Most dimensions of a shape. */
  static final int RANK_MAX = 32;

  /** Asks for the largest values of an output, of which there are to be so many. */
  private static final String CLASSIFICATION = "classification";

  /** Holds a name or an id against its bound. */
  String text(String place, String field, String text) {
    if (text.length() > limits.nameLengthMax()) {
      throw tooLarge(
          "%s: '%s': %d characters (expected: <= %d)",
          place, field, text.length(), limits.nameLengthMax());
    }
    return text;
  }

  Datatype datatype(String place, String name) {
    return Datatype.of(text(place, "datatype", name))
        .orElseThrow(
            () ->
                invalid(
                    "%s: datatype '%s' (expected: one of %s)",
                    place, shown(name), List.of(Datatype.values())));
  }

  /** The shape of the first {@code rank} dimensions. */
  static Shape shape(String place, long[] dims, int rank) {
    try {
      return Shape.of(Arrays.copyOf(dims, rank));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Fault.INVALID, "%s: %s".formatted(place, e.getMessage()), e);
    }
  }

  /** Refuses one more dimension than a shape may have. */
  static void requireRank(String place, int rank) {
    if (rank == RANK_MAX) {
      throw tooLarge("%s: shape: more than %d dimensions (expected: <= that)", place, rank);
    }
  }

  /** Holds a shape against the bound on elements. */
  void requireElements(Shape shape, String place) {
    if (shape.elements() > limits.elementsMax()) {
      throw tooLarge(
          "%s: shape %s: %d elements (expected: <= %d)",
          place, shape, shape.elements(), limits.elementsMax());
    }
  }

  /** Refuses one more of what there may be {@code max} of. */
  static void requireRoom(int count, int max, String what) {
    if (count == max) {
      throw tooLarge("%s: more than %d (expected: <= that)", what, max);
    }
  }

  /** Takes note of where in shared memory an input lies, once all of it but raw data is read. */
  void readPlace(InputDraft input) {
    var at = sharedPlace(input.place(), input.parameters);
    if (at != null && (input.hasData || input.isBinary())) {
      throw invalid("%s: both data and '%s' (expected: one)", input.place(), SharedPlace.REGION);
    }
    input.shared = at;
  }

  private @Nullable SharedPlace sharedPlace(String tensor, Parameters parameters) {
    var at = SharedPlace.of(tensor, parameters);
    if (at != null) {
      memory.require(tensor, at);
    }
    return at;
  }

  /** Fills the inputs that lie in shared memory; together they are no larger than a body may be. */
  void fillShared(List<InputDraft> inputs, TensorAllocator tensors) {
    var left = limits.bodyBytesMax();
    for (var input : inputs) {
      var at = input.shared;
      if (at == null) {
        continue;
      }
      if (at.bytes() > left) {
        throw tooLarge(
            "%s: %d bytes in shared memory (expected: <= %d in all)",
            input.place(), at.bytes(), limits.bodyBytesMax());
      }
      left -= at.bytes();
      requireElements(input.requiredShape(), input.place());
      input.fill(
          BinaryData.read(
              memory, input.place(), at, input.requiredDatatype(), input.requiredShape(), tensors));
    }
  }

  /** One output asked for, if what is asked for is offered. */
  RequestedOutput output(String position, Optional<String> name, Parameters parameters) {
    return new RequestedOutput(
        name.orElseThrow(() -> invalid("%s: no 'name' (expected: one)", position)),
        parameters,
        classes(position, parameters),
        Optional.ofNullable(sharedPlace(position, parameters)));
  }

  private static int classes(String position, Parameters parameters) {
    if (!parameters.has(CLASSIFICATION)) {
      return 0;
    }
    var classes = parameters.unsigned(CLASSIFICATION).orElse(0);
    if (classes < 1) {
      throw invalid("%s: parameter '%s': 0 (expected: >= 1)", position, CLASSIFICATION);
    }
    return (int) Math.min(classes, Integer.MAX_VALUE);
  }

  static void requireDistinct(List<InputDraft> inputs) {
    var names = new HashSet<String>();
    for (var input : inputs) {
      if (!names.add(input.requiredName())) {
        throw invalid("%s: twice (expected: once)", input.place());
      }
    }
  }

  /**
   * The request that these parts are, which owns the tensors from now on.
   *
   * @param isBinaryByDefault whether outputs are binary where the request does not say
   */
  static InferRequest complete(
      Optional<String> id,
      Parameters parameters,
      List<InputDraft> inputs,
      List<RequestedOutput> outputs,
      boolean isBinaryByDefault) {
    // Checked first, so that an answer can rely on them and nothing is taken for one that cannot.
    parameters.flag(InferRequest.BINARY_OUTPUTS);
    for (var output : outputs) {
      output.parameters().flag(InferRequest.BINARY_OUTPUT);
    }
    inputs.forEach(InputDraft::requireComplete);
    var tensors = new LinkedHashMap<String, Tensor>();
    for (var input : inputs) {
      tensors.put(input.requiredName(), input.take());
    }
    return new InferRequest(id, parameters, tensors, outputs, isBinaryByDefault);
  }
}
