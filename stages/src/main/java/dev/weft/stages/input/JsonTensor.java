package dev.weft.stages.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A tensor written as JSON.
 *
 * <p>Either an array, nested as the shape is ({@code [[1, 2], [3, 4]]}) or flat if the spec says
 * the shape up to one dimension; or one value; or an object as in the Open Inference Protocol
 * ({@code {"shape": [2, 2], "datatype": "FP32", "data": [...]}}, with "name" and "parameters"
 * allowed and ignored). Numbers must fit the datatype: whole for integers, finite for the others.
 * Nesting of up to 32 levels and {@value #CONTENT_BYTES_MAX} bytes are read.
 */
public final class JsonTensor {

  /** Most bytes of JSON that are read; larger tensors belong in a .npy file. */
  public static final int CONTENT_BYTES_MAX = 64 << 20;

  private static final int DEPTH_MAX = 32;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX + 2)
                  .maxNumberLength(400)
                  .maxStringLength(CONTENT_BYTES_MAX)
                  .maxNameLength(200)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Read only to be refused as what they are, not as syntax.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final TensorSpec spec;
  private final ElementBuffer elements;
  private Optional<Shape> nested = Optional.empty();
  private Optional<Shape> declared = Optional.empty();

  private JsonTensor(TensorSpec spec) {
    this.spec = spec;
    this.elements = new ElementBuffer(spec.datatype());
  }

  /**
   * The tensor in {@code content}, in the datatype of {@code spec}; named dimensions are left to
   * the caller to check.
   *
   * @param place file name for messages
   * @throws StageException with {@link ErrorCode#INVALID_INPUT} naming {@code place}
   */
  public static Tensor read(
      String place, byte[] content, TensorSpec spec, TensorAllocator tensors) {
    if (content.length > CONTENT_BYTES_MAX) {
      throw invalid(
          place,
          "size: %d bytes of JSON (expected: <= %d; larger tensors as .npy)"
              .formatted(content.length, CONTENT_BYTES_MAX));
    }
    try (var parser = JSON.createParser(content)) {
      var reader = new JsonTensor(spec);
      reader.readValue(parser);
      var shape = reader.shape();
      return reader.elements.toTensor(shape, tensors);
    } catch (StreamConstraintsException e) {
      throw invalid(place, e.getOriginalMessage(), e);
    } catch (StreamReadException e) {
      throw invalid(place, position(e) + ": " + firstLine(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw invalid(place, firstLine(said(e)), e);
    } catch (IllegalArgumentException e) {
      throw invalid(place, said(e), e);
    }
  }

  private void readValue(JsonParser parser) throws IOException {
    var first = parser.nextToken();
    if (first == null) {
      throw new IllegalArgumentException("content: empty (expected: JSON)");
    }
    if (first == JsonToken.START_OBJECT) {
      readObject(parser);
    } else {
      readData(parser);
    }
    if (parser.nextToken() != null) {
      throw new IllegalArgumentException(
          "line %d: more after the end (expected: one JSON value)"
              .formatted(parser.currentTokenLocation().getLineNr()));
    }
  }

  private void readObject(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "shape" -> declared = Optional.of(readShape(parser));
        case "datatype" -> checkDatatype(parser.getText());
        case "data" -> readData(parser);
        case "name", "parameters" -> parser.skipChildren();
        default ->
            throw new IllegalArgumentException(
                "field '%s': unknown (expected: shape, datatype, data, name or parameters)"
                    .formatted(field));
      }
    }
    if (nested.isEmpty()) {
      throw new IllegalArgumentException("field 'data': missing (expected: an array)");
    }
  }

  private void checkDatatype(String name) {
    if (Datatype.of(name).filter(type -> type == spec.datatype()).isEmpty()) {
      throw new IllegalArgumentException(
          "datatype: %s (expected: %s)".formatted(name, spec.datatype()));
    }
  }

  private static Shape readShape(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("shape: no array (expected: as [1, 3])");
    }
    var dims = new ArrayList<Long>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || dims.size() == DEPTH_MAX) {
        throw new IllegalArgumentException(
            "shape: %s (expected: at most %d whole numbers)"
                .formatted(parser.getText(), DEPTH_MAX));
      }
      dims.add(parser.getLongValue());
    }
    return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
  }

  private void readData(JsonParser parser) throws IOException {
    var nesting = new Nesting();
    var token = parser.currentToken();
    do {
      var fits =
          switch (token) {
            case START_ARRAY -> nesting.open();
            case END_ARRAY -> nesting.close();
            default -> nesting.leaf();
          };
      if (!fits) {
        throw ragged(parser);
      }
      if (token.isScalarValue() || token == JsonToken.START_OBJECT) {
        addLeaf(parser, token);
      }
    } while (nesting.isOpen() && (token = parser.nextToken()) != null);
    nested = Optional.of(nesting.shape());
  }

  private void addLeaf(JsonParser parser, JsonToken token) throws IOException {
    switch (token) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> elements.addNumber(parser.getText());
      case VALUE_STRING -> elements.addText(parser.getText());
      case VALUE_TRUE -> elements.addBoolean(true);
      case VALUE_FALSE -> elements.addBoolean(false);
      default ->
          throw new IllegalArgumentException(
              "element %d: %s (expected: a value of %s)"
                  .formatted(elements.count(), parser.getText(), spec.datatype()));
    }
  }

  /** The declared shape; else that of the nesting; else, of a flat array, what the spec leaves. */
  private Shape shape() {
    var found = nested.orElseThrow();
    if (declared.isPresent()) {
      var wanted = declared.get();
      if (wanted.elements() != elements.count() || found.rank() > 1 && !found.equals(wanted)) {
        throw new IllegalArgumentException(
            "data: %d elements in %s (expected: %d in %s)"
                .formatted(elements.count(), found, wanted.elements(), wanted));
      }
      return wanted;
    }
    return found.rank() > 1 || found.rank() == spec.rank() ? found : unflattened(found);
  }

  private Shape unflattened(Shape flat) {
    var dims = new long[spec.rank()];
    var fixed = 1L;
    var free = -1;
    for (var axis = 0; axis < dims.length; axis++) {
      if (spec.shape().get(axis) instanceof Dim.Fixed(var size)) {
        dims[axis] = size;
        fixed = Math.multiplyExact(fixed, size);
      } else if (free >= 0) {
        return flat;
      } else {
        free = axis;
      }
    }
    if (free >= 0) {
      dims[free] = fixed == 0 ? 0 : elements.count() / fixed;
    }
    var shape = Shape.of(dims);
    return shape.elements() == elements.count() ? shape : flat;
  }

  private static IllegalArgumentException ragged(JsonParser parser) {
    var at = parser.currentTokenLocation();
    return new IllegalArgumentException(
        "line %d, column %d: another length or depth than before (expected: equal rows, <= %d deep)"
            .formatted(at.getLineNr(), at.getColumnNr(), DEPTH_MAX));
  }

  private static String position(StreamReadException e) {
    var at = e.getLocation();
    return at == null ? "JSON" : "line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("not JSON");
  }

  private static String said(Exception e) {
    return Objects.requireNonNullElse(e.getMessage(), e.toString());
  }

  private static StageException invalid(String place, String message) {
    return new StageException(ErrorCode.INVALID_INPUT, "file '%s': %s".formatted(place, message));
  }

  private static StageException invalid(String place, String message, Exception cause) {
    return new StageException(
        ErrorCode.INVALID_INPUT, "file '%s': %s".formatted(place, message), cause);
  }

  /** The shape of nested arrays, learned from the first of each level and held for the rest. */
  private static final class Nesting {

    private static final long UNKNOWN = -1;

    private final long[] sizes = new long[DEPTH_MAX];
    private final long[] counts = new long[DEPTH_MAX];
    private int depth;
    private int rank;
    private int leafDepth = -1;

    boolean isOpen() {
      return depth > 0;
    }

    boolean open() {
      if (depth == DEPTH_MAX || depth == leafDepth) {
        return false;
      }
      countOne();
      counts[depth] = 0;
      if (depth == rank) {
        sizes[rank++] = UNKNOWN;
      }
      depth++;
      return true;
    }

    boolean close() {
      depth--;
      var fits = sizes[depth] == UNKNOWN || sizes[depth] == counts[depth];
      sizes[depth] = counts[depth];
      return fits;
    }

    boolean leaf() {
      if (depth < rank || leafDepth >= 0 && leafDepth != depth) {
        return false;
      }
      leafDepth = depth;
      countOne();
      return true;
    }

    Shape shape() {
      return Shape.of(Arrays.copyOf(sizes, rank));
    }

    private void countOne() {
      if (depth > 0) {
        counts[depth - 1]++;
      }
    }
  }
}
