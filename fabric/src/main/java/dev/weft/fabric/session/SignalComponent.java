package dev.weft.fabric.session;

import dev.weft.fabric.session.SignalSchema.Kind;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record and the signal it is.
 *
 * @param type of its value, which is within an {@link Optional} if it may be absent
 */
record SignalComponent(RecordComponent component, Class<?> type, Kind kind, boolean isOptional) {

  static SignalComponent of(RecordComponent component) {
    var isOptional = component.getType() == Optional.class;
    var type = isOptional ? content(component) : component.getType();
    var kind =
        kind(type)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s: %s (expected: boolean, double, float, int, long, String, an enum, or an"
                                .formatted(place(component), component.getGenericType())
                            + " Optional of one)"));
    var problem = SignalSchema.nameProblem(component.getName());
    if (problem.isPresent()) {
      throw new IllegalArgumentException("%s: %s".formatted(place(component), problem.get()));
    }
    return new SignalComponent(component, type, kind, isOptional);
  }

  private static Class<?> content(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType type
            && type.getActualTypeArguments()[0] instanceof Class<?> content
        ? content
        : Optional.class;
  }

  private static Optional<Kind> kind(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return Optional.of(Kind.TRUTH);
    }
    if (type == double.class
        || type == Double.class
        || type == float.class
        || type == Float.class
        || type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class) {
      return Optional.of(Kind.NUMBER);
    }
    return type == String.class || type.isEnum() ? Optional.of(Kind.TEXT) : Optional.empty();
  }

  private static String place(RecordComponent component) {
    return component.getDeclaringRecord().getSimpleName() + "." + component.getName();
  }

  String name() {
    return component.getName();
  }

  /** What it is in a record; empty if it is absent there. */
  Optional<SignalValue> value(Record owner) {
    var held = there(held(owner));
    if (!isOptional) {
      return Optional.of(value(held));
    }
    return ((Optional<?>) held).map(this::value);
  }

  private @Nullable Object held(Record owner) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(owner);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "%s: its accessor failed: %s".formatted(place(component), e.getCause()), e);
    } catch (IllegalAccessException | InaccessibleObjectException e) {
      throw new IllegalArgumentException(
          "%s: not accessible (expected: its module opens %s to Weft's)"
              .formatted(place(component), component.getDeclaringRecord().getPackageName()),
          e);
    }
  }

  private Object there(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException(
          "%s: null (expected: a value%s)"
              .formatted(place(component), isOptional ? ", or Optional.empty()" : ""));
    }
    return value;
  }

  private SignalValue value(Object held) {
    return switch (held) {
      case Boolean truth -> new SignalValue.Truth(truth);
      case Number number -> number(number);
      case Enum<?> constant -> new SignalValue.Text(constant.name());
      default -> new SignalValue.Text(held.toString());
    };
  }

  private SignalValue number(Number number) {
    var value = number.doubleValue();
    if (number instanceof Long && !isWhole(value) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a finite number that a double can be)"
              .formatted(place(component), number));
    }
    return new SignalValue.Number(value);
  }

  /** What the component is, given what a session holds. */
  Object of(Optional<SignalValue> held) {
    if (held.isEmpty()) {
      if (isOptional) {
        return Optional.empty();
      }
      throw new IllegalArgumentException(
          "%s: not told, or over by now (expected: told; make it an Optional)"
              .formatted(place(component)));
    }
    var value = javaValue(held.get());
    return isOptional ? Optional.of(value) : value;
  }

  private Object javaValue(SignalValue held) {
    return switch (held) {
      case SignalValue.Truth(var truth) when kind == Kind.TRUTH -> truth;
      case SignalValue.Text(var text) when kind == Kind.TEXT ->
          type.isEnum() ? constant(text) : text;
      case SignalValue.Number(var number) when kind == Kind.NUMBER -> number(number);
      default ->
          throw new IllegalArgumentException(
              "%s: %s (expected: %s)".formatted(place(component), held, kind));
    };
  }

  private Object constant(String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s: '%s' (expected: one of %s)"
                        .formatted(
                            place(component), text, Arrays.toString(type.getEnumConstants()))));
  }

  /** Whether it is a whole number that no other one is told as. */
  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) < SignalValue.WHOLE_MAX;
  }

  private Object number(double number) {
    if (type == double.class || type == Double.class) {
      return number;
    }
    if (type == float.class || type == Float.class) {
      return (float) number;
    }
    var isInt = type == int.class || type == Integer.class;
    if (!isWhole(number) || isInt && number != (int) number) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s)".formatted(place(component), number, type.getSimpleName()));
    }
    return isInt ? (Object) (int) number : (Object) (long) number;
  }
}
