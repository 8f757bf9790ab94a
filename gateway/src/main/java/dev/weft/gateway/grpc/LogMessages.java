package dev.weft.gateway.grpc;

import dev.weft.gateway.grpc.generated.LogSettingsRequest;
import dev.weft.gateway.grpc.generated.LogSettingsResponse;
import dev.weft.gateway.grpc.generated.LogSettingsResponse.SettingValue;
import java.util.HashMap;
import java.util.Map;

/** Log settings as messages. */
final class LogMessages {

  private LogMessages() {}

  /** What is to change, by name. */
  static Map<String, Object> asked(LogSettingsRequest request) {
    var asked = new HashMap<String, Object>();
    request
        .getSettingsMap()
        .forEach(
            (name, setting) ->
                asked.put(
                    name,
                    switch (setting.getParameterChoiceCase()) {
                      case BOOL_PARAM -> setting.getBoolParam();
                      case UINT32_PARAM -> Integer.toUnsignedLong(setting.getUint32Param());
                      case STRING_PARAM -> setting.getStringParam();
                      case PARAMETERCHOICE_NOT_SET -> "nothing";
                    }));
    return asked;
  }

  static LogSettingsResponse response(Map<String, Object> settings) {
    var response = LogSettingsResponse.newBuilder();
    settings.forEach((name, value) -> response.putSettings(name, setting(value)));
    return response.build();
  }

  private static SettingValue setting(Object value) {
    var setting = SettingValue.newBuilder();
    return switch (value) {
      case Boolean flag -> setting.setBoolParam(flag).build();
      case Long number -> setting.setUint32Param(number.intValue()).build();
      default -> setting.setStringParam(value.toString()).build();
    };
  }
}
