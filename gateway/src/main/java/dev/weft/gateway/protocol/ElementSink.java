package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.shown;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;

/** Where the elements of one tensor go as they are read from JSON. Owns what it fills. */
abstract sealed class ElementSink permits NumberSink, StringSink {

  final String place;
  final Datatype datatype;
  private long count;

  ElementSink(String place, Datatype datatype) {
    this.place = place;
    this.datatype = datatype;
  }

  /**
   * @throws ProtocolException for datatypes that JSON cannot carry
   */
  static ElementSink of(String place, Datatype datatype, Shape shape, TensorAllocator tensors) {
    return switch (datatype) {
      case BYTES -> new StringSink(place, shape, tensors);
      case FP16, BF16 ->
          throw invalid(
              "%s: %s in JSON (expected: binary, with '%s')",
              place, datatype, InputDraft.BINARY_SIZE);
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP32, FP64 ->
          new NumberSink(place, tensors.allocate(datatype, shape));
    };
  }

  /** Elements taken so far. */
  final long count() {
    return count;
  }

  /** Takes the value at which the parser stands. */
  final void add(JsonParser parser, JsonToken token) throws IOException {
    put(parser, token, count);
    count++;
  }

  abstract void put(JsonParser parser, JsonToken token, long index) throws IOException;

  /** What was filled, owned by the caller from now on. */
  abstract Tensor tensor();

  abstract void close();

  final ProtocolException wrong(JsonParser parser, String expected) throws IOException {
    return invalid(
        "%s: element %d: %s (expected: %s, as %s)",
        place, count, shown(parser.getText()), expected, datatype);
  }
}
