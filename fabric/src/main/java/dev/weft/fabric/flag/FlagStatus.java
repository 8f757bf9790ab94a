package dev.weft.fabric.flag;

import dev.weft.fabric.routing.Flag;
import dev.weft.fabric.routing.FlagRule;
import java.util.List;
import java.util.Optional;

/**
 * How a flag stands.
 *
 * @param declared what the manifest says it is at start
 * @param summary what it turns on, as the manifest says
 * @param steps that it gates
 * @param setting the operator's last word that it stands under; empty if there is none
 */
public record FlagStatus(
    Flag flag,
    FlagRule declared,
    String summary,
    List<String> steps,
    Optional<FlagSetting> setting) {

  public FlagStatus {
    steps = List.copyOf(steps);
  }
}
