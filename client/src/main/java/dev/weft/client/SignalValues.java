package dev.weft.client;

import dev.weft.client.binding.RecordType;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a record says of a client, by the names of its components. */
final class SignalValues {

  private SignalValues() {}

  /**
   * @throws IllegalArgumentException if a component is null, or no value of a signal
   */
  static Map<String, Object> of(Record client) {
    var values = new LinkedHashMap<String, Object>();
    for (var component : client.getClass().getRecordComponents()) {
      var held = RecordType.held(client, component);
      if (held instanceof Optional<?> there) {
        there.ifPresent(value -> values.put(component.getName(), value(component, value)));
      } else {
        values.put(component.getName(), value(component, held));
      }
    }
    return values;
  }

  private static Object value(RecordComponent component, @Nullable Object held) {
    var value =
        switch (held) {
          case Enum<?> constant -> constant.name();
          case Integer number -> Long.valueOf(number);
          case Float number -> Double.valueOf(number);
          case null -> "null";
          default -> held;
        };
    if (held == null || !isValue(value)) {
      throw unfit(RecordType.place(component), held);
    }
    return value;
  }

  /**
   * @throws IllegalArgumentException if {@code value} is none that a signal can have
   */
  static void require(String name, Object value) {
    if (!isValue(value)) {
      throw unfit("signal '%s'".formatted(name), value);
    }
  }

  private static boolean isValue(Object value) {
    return value instanceof Boolean
        || value instanceof String
        || value instanceof Long
        || value instanceof Double number && Double.isFinite(number);
  }

  private static IllegalArgumentException unfit(String place, @Nullable Object value) {
    return new IllegalArgumentException(
        "%s: %s (expected: true, false, a finite number, or a text)".formatted(place, value));
  }
}
