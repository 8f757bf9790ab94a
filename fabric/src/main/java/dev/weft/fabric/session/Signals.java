package dev.weft.fabric.session;

import dev.weft.fabric.session.SignalSchema.Declared;
import dev.weft.fabric.session.SignalSchema.Kind;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The signals that clients may tell of themselves, as a record: a component for each, of its name.
 *
 * <pre>{@code
 * record Visitor(String place, Optional<Integer> age, boolean hurries) {}
 * var signals = Signals.of(Visitor.class).lasting(Duration.ofMinutes(10));
 * }</pre>
 *
 * <p>A {@code boolean} is a truth, a {@code double}, {@code float}, {@code int} or {@code long} a
 * number, a {@code String} or an enum a text. A signal that may be absent is an {@link Optional} of
 * one of these. Immutable.
 *
 * @param <T> the record
 */
public final class Signals<T extends Record> {

  /** How long a signal counts, unless said otherwise. */
  public static final Duration USUAL_TTL = Duration.ofHours(1);

  /** Most bytes of a text in UTF-8, unless said otherwise. */
  public static final int USUAL_TEXT_BYTES_MAX = 256;

  private final Class<T> type;
  private final List<SignalComponent> components;
  private final Constructor<T> constructor;
  private final Duration ttl;
  private final int textBytesMax;

  private Signals(
      Class<T> type,
      List<SignalComponent> components,
      Constructor<T> constructor,
      Duration ttl,
      int textBytesMax) {
    this.type = type;
    this.components = components;
    this.constructor = constructor;
    this.ttl = ttl;
    this.textBytesMax = textBytesMax;
  }

  /**
   * The signals of a record, which count for {@link #USUAL_TTL}.
   *
   * @throws IllegalArgumentException if it has no component, one of a type that is no signal's, one
   *     of a name that frames have an attribute of already, or is not accessible
   */
  public static <T extends Record> Signals<T> of(Class<T> type) {
    var parts = type.getRecordComponents();
    if (parts.length == 0) {
      throw new IllegalArgumentException(
          "%s: no components (expected: one for each signal)".formatted(type.getSimpleName()));
    }
    var components = Arrays.stream(parts).map(SignalComponent::of).toList();
    try {
      var types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new Signals<>(type, components, constructor, USUAL_TTL, USUAL_TEXT_BYTES_MAX);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    } catch (InaccessibleObjectException e) {
      throw new IllegalArgumentException(
          "%s: not accessible (expected: its module opens %s to Weft's)"
              .formatted(type.getName(), type.getPackageName()),
          e);
    }
  }

  /** The same, which count for another time after they were told. */
  public Signals<T> lasting(Duration other) {
    return new Signals<>(type, components, constructor, other, textBytesMax);
  }

  /**
   * The same with texts of another length.
   *
   * @param bytes at most, in UTF-8
   */
  public Signals<T> withTextsOf(int bytes) {
    return new Signals<>(type, components, constructor, ttl, bytes);
  }

  /** What clients may tell. */
  public SignalSchema schema() {
    return new SignalSchema(
        components.stream()
            .collect(Collectors.toMap(SignalComponent::name, each -> declared(each.kind()))));
  }

  private Declared declared(Kind kind) {
    return new Declared(kind, ttl, kind == Kind.TEXT ? textBytesMax : 1);
  }

  /**
   * What a record says, without what is absent in it.
   *
   * @throws IllegalArgumentException if a component is null, or a number that is not finite
   */
  public Map<String, SignalValue> values(T told) {
    var values = new LinkedHashMap<String, SignalValue>();
    for (var component : components) {
      component.value(told).ifPresent(value -> values.put(component.name(), value));
    }
    return values;
  }

  /**
   * What a record says, as attributes of a frame: with them its gates and splits can stick to it.
   *
   * @throws IllegalArgumentException as {@link #values}
   */
  public Map<String, String> attributes(T told) {
    var attributes = new LinkedHashMap<String, String>();
    values(told).forEach((name, value) -> attributes.put(name, value.attribute()));
    return attributes;
  }

  /**
   * What a session holds of these signals at a time.
   *
   * @throws IllegalArgumentException if one is absent whose component is no {@link Optional}, or is
   *     of another kind, or the record refuses what it is given
   */
  public T in(SessionContext context, Instant now) {
    var held = context.inForce(now).stream().collect(Collectors.toMap(Signal::name, Signal::value));
    var values = new ArrayList<Object>();
    for (var component : components) {
      values.add(component.of(Optional.ofNullable(held.get(component.name()))));
    }
    try {
      return constructor.newInstance(values.toArray());
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "%s: refused by itself: %s".formatted(type.getSimpleName(), e.getCause()), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
