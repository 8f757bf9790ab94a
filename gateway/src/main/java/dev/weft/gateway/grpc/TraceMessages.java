package dev.weft.gateway.grpc;

import dev.weft.gateway.grpc.generated.TraceSettingRequest;
import dev.weft.gateway.grpc.generated.TraceSettingResponse;
import dev.weft.gateway.grpc.generated.TraceSettingResponse.SettingValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trace settings as messages. */
final class TraceMessages {

  private TraceMessages() {}

  /** What is to change, by name; what has no value is to be set no more. */
  static Map<String, List<String>> asked(TraceSettingRequest request) {
    var asked = new HashMap<String, List<String>>();
    request
        .getSettingsMap()
        .forEach((name, setting) -> asked.put(name, List.copyOf(setting.getValueList())));
    return asked;
  }

  static TraceSettingResponse response(Map<String, Object> settings) {
    var response = TraceSettingResponse.newBuilder();
    settings.forEach((name, value) -> response.putSettings(name, setting(value)));
    return response.build();
  }

  private static SettingValue setting(Object value) {
    var setting = SettingValue.newBuilder();
    if (value instanceof List<?> words) {
      words.forEach(word -> setting.addValue(String.valueOf(word)));
    } else {
      setting.addValue(value.toString());
    }
    return setting.build();
  }
}
