package dev.weft.client.binding;

import dev.weft.client.tensor.Datatype;
import dev.weft.client.tensor.Tensor;
import dev.weft.client.tensor.TensorSpec;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record and the tensor it is: a {@link Tensor} itself, or elements in as many
 * axes as its array has dimensions. Axes of size 1 before those may be left out on the Java side.
 *
 * @param element empty for a {@link Tensor}, which takes every datatype
 * @param depth dimensions of the array; 0 for a single element
 * @param isOptional whether the tensor may be absent
 */
record Component(
    RecordComponent component,
    String name,
    Optional<Element> element,
    int depth,
    boolean isOptional) {

  /** Most arrays that an answer without elements is spread over. */
  private static final double EMPTY_ARRAYS_MAX = 1 << 16;

  static Component of(RecordComponent component) {
    var isOptional = component.getType() == Optional.class;
    var type = isOptional ? content(component) : component.getType();
    var named = component.getAnnotation(TensorName.class);
    var name = named == null ? component.getName() : named.value();
    var depth = 0;
    for (; type.isArray(); depth++) {
      type = Objects.requireNonNull(type.getComponentType());
    }
    if (type == Tensor.class && depth == 0) {
      return new Component(component, name, Optional.empty(), 0, isOptional);
    }
    var leaf = type;
    var element =
        Element.of(leaf)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s: %s (expected: float, double, int, long, short, byte, boolean or String,"
                                .formatted(RecordType.place(component), component.getGenericType())
                            + " arrays of them, or Tensor; outputs also Optional of an array or a"
                            + " Tensor)"));
    return new Component(component, name, Optional.of(element), depth, isOptional);
  }

  private static Class<?> content(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType type
            && type.getActualTypeArguments()[0] instanceof Class<?> content
        ? content
        : Optional.class;
  }

  /** What of a model's tensor this component cannot be; empty if it can be all of it. */
  Optional<String> misfit(TensorSpec spec) {
    var typeFits = element.isEmpty() || element.get().standsFor(spec.datatype());
    var axes = spec.shape().size();
    var rankFits = element.isEmpty() || depth <= axes;
    for (var axis = 0; rankFits && element.isPresent() && axis < axes - depth; axis++) {
      rankFits = spec.shape().get(axis) == 1 || spec.shape().get(axis) < 0;
    }
    return typeFits && rankFits
        ? Optional.empty()
        : Optional.of(
            "%s is %s, the model's '%s' is %s"
                .formatted(
                    RecordType.place(component),
                    component.getGenericType().getTypeName(),
                    name,
                    spec.type()));
  }

  /**
   * The tensor of this component of a record.
   *
   * @throws IllegalArgumentException if it does not fit, with the reason
   */
  Tensor tensor(Object owner, TensorSpec spec) {
    var value = value(owner);
    var tensor = value instanceof Tensor given ? given : tensorOf(value, spec);
    if (tensor.datatype() != spec.datatype() || !spec.fits(tensor.shape())) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)".formatted(RecordType.place(component), tensor, spec.type()));
    }
    return tensor;
  }

  private Object value(Object owner) {
    return there(RecordType.held(owner, component));
  }

  private Tensor tensorOf(Object value, TensorSpec spec) {
    var shape = new long[Math.max(spec.shape().size(), depth)];
    Arrays.fill(shape, 1);
    var inner = value;
    for (var axis = shape.length - depth; axis < shape.length; axis++) {
      shape[axis] = Array.getLength(inner);
      if (axis < shape.length - 1 && shape[axis] > 0) {
        inner = there(Array.get(inner, 0));
      } else if (shape[axis] == 0) {
        for (var within = axis + 1; within < shape.length; within++) {
          shape[within] = Math.max(0, spec.shape().get(within));
        }
        break;
      }
    }
    var data = Element.buffer(bytes(value, spec.datatype(), depth));
    put(data, spec.datatype(), value, shape, shape.length - depth);
    return Tensor.wire(spec.datatype(), data.array(), shape);
  }

  private Object there(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(
          "%s: null (expected: a value)".formatted(RecordType.place(component)));
    }
    return value;
  }

  private int bytes(Object value, Datatype datatype, int axes) {
    if (axes == 0) {
      return element.orElseThrow().bytes(datatype, value);
    }
    var length = Array.getLength(value);
    if (axes == 1 && datatype != Datatype.BYTES) {
      return Math.multiplyExact(length, datatype.bytes());
    }
    var bytes = 0;
    for (var i = 0; i < length; i++) {
      bytes = Math.addExact(bytes, bytes(there(Array.get(value, i)), datatype, axes - 1));
    }
    return bytes;
  }

  private void put(ByteBuffer data, Datatype datatype, Object value, long[] shape, int axis) {
    if (axis == shape.length) {
      element.orElseThrow().put(data, datatype, value);
      return;
    }
    if (Array.getLength(value) != shape[axis]) {
      throw new IllegalArgumentException(
          "%s: %d elements beside %d on one axis (expected: as many everywhere)"
              .formatted(RecordType.place(component), Array.getLength(value), shape[axis]));
    }
    if (axis == shape.length - 1 && element.orElseThrow() != Element.TEXT) {
      element.orElseThrow().putAll(data, datatype, value);
      return;
    }
    for (var i = 0; i < shape[axis]; i++) {
      put(data, datatype, there(Array.get(value, i)), shape, axis + 1);
    }
  }

  /**
   * What this component of a record is made of.
   *
   * @throws IllegalArgumentException if the tensor is absent and must not be, or has more axes
   */
  Object valueOf(Optional<Tensor> tensor) {
    if (tensor.isEmpty()) {
      if (isOptional) {
        return Optional.empty();
      }
      throw new IllegalArgumentException(
          "output '%s': absent, as its step was skipped (expected: always there; make %s an Optional)"
              .formatted(name, RecordType.place(component)));
    }
    var value = element.isEmpty() ? tensor.get() : nested(tensor.get());
    return isOptional ? Optional.of(value) : value;
  }

  private Object nested(Tensor tensor) {
    var shape = tensor.shape();
    var outer = shape.length - depth;
    var isOfType = element.orElseThrow().standsFor(tensor.datatype());
    // An array of arrays of nothing may still be of any length.
    var arrays = Arrays.stream(shape).limit(Math.max(shape.length - 1, 0)).asDoubleStream();
    var isTooMany = arrays.reduce(1, (a, b) -> a * b) > EMPTY_ARRAYS_MAX && tensor.elements() == 0;
    if (!isOfType
        || isTooMany
        || outer < 0
        || Arrays.stream(shape).limit(Math.max(outer, 0)).anyMatch(dim -> dim != 1)) {
      throw new IllegalArgumentException(
          "output '%s': %s (expected: what fits %s of %s)"
              .formatted(
                  name,
                  tensor,
                  component.getGenericType().getTypeName(),
                  RecordType.place(component)));
    }
    var all = element.orElseThrow().array(tensor);
    return depth == 0 ? Array.get(all, 0) : slice(all, shape, outer, 0);
  }

  /** The part of {@code all} that begins at an element, in the shape from {@code axis} on. */
  private Object slice(Object all, long[] shape, int axis, int from) {
    var length = (int) shape[axis];
    if (axis == shape.length - 1) {
      var part = Array.newInstance(element.orElseThrow().type(), length);
      System.arraycopy(all, from, part, 0, length);
      return part;
    }
    var inner = 1;
    for (var each = axis + 1; each < shape.length; each++) {
      inner *= (int) shape[each];
    }
    var type = arrayOf(element.orElseThrow().type(), shape.length - axis - 1);
    var part = Array.newInstance(type, length);
    for (var i = 0; i < length; i++) {
      Array.set(part, i, slice(all, shape, axis + 1, from + i * inner));
    }
    return part;
  }

  private static Class<?> arrayOf(Class<?> type, int depth) {
    var array = type;
    for (var i = 0; i < depth; i++) {
      array = array.arrayType();
    }
    return array;
  }
}
