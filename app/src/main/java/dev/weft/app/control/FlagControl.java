package dev.weft.app.control;

import dev.weft.fabric.embedded.Flags;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.routing.FlagRule;
import dev.weft.gateway.flag.FlagObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Carries out what is asked of flags over a control socket, which is its user's alone. */
final class FlagControl {

  private final Flags flags;
  private final String by;

  FlagControl(Flags flags) {
    this.flags = flags;
    this.by = "%s on this machine".formatted(System.getProperty("user.name", "a user"));
  }

  Map<String, Object> answer(ControlRequest.Flag asked) {
    if (asked.name().isEmpty()) {
      return FlagObject.of(flags.all());
    }
    var name = asked.name().get();
    if (asked.rule().isEmpty()) {
      return FlagObject.of(flags.find(name));
    }
    var word = asked.rule().get();
    var rule = FlagRule.of(word);
    if (rule.isEmpty() && !word.equals(FlagObject.DECLARED)) {
      throw new ControlException("rule: '%s' (expected: %s)".formatted(word, FlagRule.EXPECTED));
    }
    var change = flags.set(name, rule, by, asked.reason().orElse(""));
    var object = new LinkedHashMap<String, Object>(FlagObject.of(change));
    object.put("done", "flag %s is %s".formatted(change.flag(), told(change.flag(), rule)));
    return object;
  }

  private String told(String flag, Optional<FlagRule> rule) {
    return rule.map(FlagRule::word)
        .orElseGet(() -> flags.find(flag).flag().rule().word() + ", as declared");
  }

  /** As {@code weft ctl gate} does. */
  void gate(Pipeline pipeline, String gate, boolean on) {
    var name = pipeline.switches().flag(gate).name();
    flags.set(name, Optional.of(FlagRule.of(on)), by, "");
  }
}
