package dev.weft.fabric.flag;

import dev.weft.fabric.routing.Switches;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What operators have set flags to. Flags of pipelines that are not deployed at the moment keep
 * their place.
 *
 * @param settings by the flag's full name; flags as declared have none
 */
public record FlagBook(Map<String, FlagSetting> settings) {

  /** Most flags that are set at once. */
  public static final int SETTINGS_MAX = 4096;

  public FlagBook {
    if (settings.size() > SETTINGS_MAX) {
      throw new IllegalArgumentException(
          "flags that are set: %d (expected: <= %d; clear some)"
              .formatted(settings.size(), SETTINGS_MAX));
    }
    settings = Map.copyOf(settings);
  }

  public static FlagBook empty() {
    return new FlagBook(Map.of());
  }

  /**
   * It after a change.
   *
   * @throws IllegalArgumentException if that would be more than {@value #SETTINGS_MAX} settings
   */
  public FlagBook after(FlagChange change) {
    var all = new TreeMap<>(settings);
    change
        .setting()
        .ifPresentOrElse(
            setting -> all.put(change.flag(), setting), () -> all.remove(change.flag()));
    return new FlagBook(all);
  }

  /** What a flag is set to; empty if to nothing. */
  public Optional<FlagSetting> setting(String flag) {
    return Optional.ofNullable(settings.get(flag));
  }

  /** Positions of a pipeline with those of its flags that are set as they are set. */
  public Switches onto(Switches others) {
    var set = others;
    for (var flag : others.flags().values()) {
      var setting = setting(flag.name());
      if (setting.isPresent()) {
        set = set.withFlag(flag.gate(), setting.get().rule());
      }
    }
    return set;
  }
}
