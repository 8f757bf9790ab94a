package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;

/**
 * The {@code data} of one tensor in JSON: an array nested as the shape is, or flat. Every leaf goes
 * to an {@link ElementSink} as it is met.
 */
final class JsonData {

  private final JsonParser parser;
  private final String place;
  private final Shape shape;
  private final ElementSink sink;

  /** Elements met at each depth, the outermost array being at 1. */
  private final long[] counts;

  private int depth;
  private int leafDepth;

  private JsonData(JsonParser parser, String place, Shape shape, ElementSink sink) {
    this.parser = parser;
    this.place = place;
    this.shape = shape;
    this.sink = sink;
    this.counts = new long[Math.max(shape.rank(), 1) + 1];
  }

  /**
   * The tensor whose data starts at the parser's array.
   *
   * @throws ProtocolException if the data does not fit datatype and shape; nothing is left on lease
   */
  static Tensor read(
      JsonParser parser, String place, Datatype datatype, Shape shape, TensorAllocator tensors)
      throws IOException {
    var sink = ElementSink.of(place, datatype, shape, tensors);
    try {
      new JsonData(parser, place, shape, sink).read();
      return sink.tensor();
    } catch (IOException | RuntimeException e) {
      sink.close();
      throw e;
    }
  }

  private void read() throws IOException {
    var token = parser.currentToken();
    open();
    while (depth > 0) {
      token = parser.nextToken();
      switch (token) {
        case START_ARRAY -> open();
        case END_ARRAY -> close();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING, VALUE_TRUE, VALUE_FALSE ->
            leaf(token);
        case null -> throw invalid("%s: data: ended early (expected: a closed array)", place);
        default ->
            throw invalid(
                "%s: element %d: %s (expected: a value)",
                place, sink.count(), ProtocolException.shown(parser.getText()));
      }
    }
    if (sink.count() != shape.elements()) {
      throw invalid(
          "%s: data: %d elements (expected: %d for shape %s)",
          place, sink.count(), shape.elements(), shape);
    }
  }

  private void open() {
    if (depth > 0) {
      counts[depth]++;
    }
    if (depth == counts.length - 1 || leafDepth > 0 && depth >= leafDepth) {
      throw invalid(
          "%s: data: nested %d deep at element %d (expected: flat, or as shape %s)",
          place, depth + 1, sink.count(), shape);
    }
    depth++;
    counts[depth] = 0;
  }

  private void close() {
    var isFlat = depth == 1 && (leafDepth == 1 || counts[1] == 0);
    if (!isFlat && (shape.rank() == 0 || counts[depth] != shape.dim(depth - 1))) {
      throw invalid(
          "%s: data: %d elements in an array before element %d (expected: as shape %s)",
          place, counts[depth], sink.count(), shape);
    }
    depth--;
  }

  private void leaf(JsonToken token) throws IOException {
    if (leafDepth == 0) {
      leafDepth = depth;
    }
    if (depth != leafDepth || depth != 1 && depth != shape.rank()) {
      throw invalid(
          "%s: data: element %d is nested %d deep (expected: all alike, flat or as shape %s)",
          place, sink.count(), depth, shape);
    }
    if (sink.count() == shape.elements()) {
      throw invalid(
          "%s: data: more than %d elements (expected: as shape %s)",
          place, shape.elements(), shape);
    }
    counts[depth]++;
    sink.add(parser, token);
  }
}
