package dev.weft.gateway.flag;

import dev.weft.fabric.flag.FlagChange;
import dev.weft.fabric.flag.FlagStatus;
import dev.weft.fabric.routing.FlagRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Flags as operators see them, as values for JSON. */
public final class FlagObject {

  /** The word for no rule but the manifest's. */
  public static final String DECLARED = "default";

  private FlagObject() {}

  public static Map<String, Object> of(List<FlagStatus> flags) {
    return Map.of("flags", flags.stream().map(FlagObject::of).toList());
  }

  public static Map<String, Object> of(FlagStatus status) {
    var object = new LinkedHashMap<String, Object>();
    object.put("flag", status.flag().name());
    object.put("rule", status.flag().rule().word());
    object.put("declared", status.declared().word());
    object.put("stickyBy", status.flag().stickyBy());
    object.put("steps", status.steps());
    object.put("summary", status.summary());
    status
        .setting()
        .ifPresent(
            set -> {
              object.put("by", set.by());
              object.put("reason", set.reason());
              object.put("at", set.at().toString());
            });
    return object;
  }

  /** A change that took effect. */
  public static Map<String, Object> of(FlagChange change) {
    var object = new LinkedHashMap<String, Object>();
    object.put("flag", change.flag());
    object.put("from", change.from().word());
    object.put("to", change.to().map(FlagRule::word).orElse(DECLARED));
    object.put("by", change.by());
    object.put("reason", change.reason());
    object.put("at", change.at().toString());
    return object;
  }
}
