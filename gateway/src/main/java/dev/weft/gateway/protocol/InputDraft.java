package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** One input while its fields come, in whatever order. Owns its tensor until that is taken. */
final class InputDraft {

  static final String BINARY_SIZE = "binary_data_size";

  private final String position;
  @Nullable String name;
  @Nullable Datatype datatype;
  @Nullable Shape shape;
  Parameters parameters;

  /** Where in the JSON the data begins that came before it was known what it is. */
  long dataAt = -1;

  boolean hasData;

  /** Where its data lies, if that is in shared memory. */
  @Nullable SharedPlace shared;

  private @Nullable Tensor tensor;

  InputDraft(int index) {
    this.position = "input " + index;
    this.parameters = Parameters.none(position);
  }

  /** Put together without a formatter, as every input has one, wrong or not. */
  String place() {
    return name == null ? position : "input '" + ProtocolException.shown(name) + "'";
  }

  String requiredName() {
    return required(name, "name");
  }

  Datatype requiredDatatype() {
    return required(datatype, "datatype");
  }

  Shape requiredShape() {
    return required(shape, "shape");
  }

  private <T> T required(@Nullable T value, String field) {
    if (value == null) {
      throw invalid("%s: no '%s' (expected: name, shape, datatype and data)", place(), field);
    }
    return value;
  }

  boolean isBinary() {
    return parameters.has(BINARY_SIZE);
  }

  boolean isFilled() {
    return tensor != null;
  }

  void fill(Tensor content) {
    tensor = content;
  }

  /**
   * @throws ProtocolException if there is nothing to {@link #take}
   */
  void requireComplete() {
    requiredDatatype();
    requiredShape();
    if (tensor == null) {
      throw invalid("%s: no data (expected: 'data' or '%s')", place(), BINARY_SIZE);
    }
  }

  /** The tensor of a complete input, owned by the caller from now on. */
  Tensor take() {
    requireComplete();
    var taken = required(tensor, "data");
    tensor = null;
    return taken;
  }

  void close() {
    if (tensor != null) {
      tensor.close();
      tensor = null;
    }
  }
}
