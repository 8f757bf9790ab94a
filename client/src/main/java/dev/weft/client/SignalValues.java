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
    return switch (held) {
      case Boolean truth -> truth;
      case String text -> text;
      case Enum<?> constant -> constant.name();
      case Integer number -> number.longValue();
      case Long number -> number;
      case Float number when Float.isFinite(number) -> number.doubleValue();
      case Double number when Double.isFinite(number) -> number;
      case null, default ->
          throw new IllegalArgumentException(
              "%s: %s (expected: true, false, a finite number, a text or an enum)"
                  .formatted(RecordType.place(component), held));
    };
  }
}
