package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.Lane;
import dev.weft.gateway.word.Words;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which frames are asked for; all that is given must hold.
 *
 * @param tenants whose frames may be seen
 * @param isSlowest whether those come first that took longest, instead of the newest
 */
public record FrameChoice(
    Predicate<String> tenants,
    Optional<String> pipeline,
    Optional<FrameOutcome> outcome,
    Optional<Lane> lane,
    boolean isSlowest) {

  private static final String PIPELINE = "pipeline";
  private static final String OUTCOME = "outcome";
  private static final String LANE = "lane";
  private static final String SLOW = "slow";
  private static final Set<String> KNOWN = Set.of(PIPELINE, OUTCOME, LANE, SLOW);
  private static final int SHOWN_LENGTH_MAX = 40;

  /** All frames of these tenants. */
  public static FrameChoice of(Predicate<String> tenants) {
    return new FrameChoice(tenants, Optional.empty(), Optional.empty(), Optional.empty(), false);
  }

  /**
   * As the parameters of a request say; an empty value is none.
   *
   * @throws IllegalArgumentException naming the parameter that is wrong, and what was expected
   */
  public static FrameChoice of(Predicate<String> tenants, Map<String, String> parameters) {
    for (var name : parameters.keySet()) {
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "parameter: '%s' (expected: one of %s)".formatted(shown(name), sorted(KNOWN.stream())));
      }
    }
    return new FrameChoice(
        tenants,
        given(parameters, PIPELINE),
        word(parameters, OUTCOME, FrameOutcome.values(), Words::of),
        word(parameters, LANE, Lane.values(), Lane::word),
        word(parameters, SLOW, new Boolean[] {true, false}, String::valueOf).orElse(false));
  }

  private static Optional<String> given(Map<String, String> parameters, String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  private static <T> Optional<T> word(
      Map<String, String> parameters, String name, T[] values, Function<T, String> word) {
    return given(parameters, name)
        .map(
            said ->
                Arrays.stream(values)
                    .filter(value -> word.apply(value).equals(said))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "%s: '%s' (expected: one of %s)"
                                    .formatted(
                                        name,
                                        shown(said),
                                        sorted(Arrays.stream(values).map(word))))));
  }

  private static String sorted(Stream<String> words) {
    return words.sorted().collect(Collectors.joining(", "));
  }

  private static String shown(String said) {
    return said.length() > SHOWN_LENGTH_MAX ? said.substring(0, SHOWN_LENGTH_MAX) + "..." : said;
  }

  boolean wants(FrameFacts facts) {
    return tenants.test(facts.tenant())
        && pipeline.map(facts.pipeline()::equals).orElse(true)
        && outcome.map(facts.outcome()::equals).orElse(true)
        && lane.map(facts.lane()::equals).orElse(true);
  }

  /**
   * Those wanted, in the order wanted.
   *
   * @param newestFirst all there are
   */
  Stream<FrameFacts> of(Stream<FrameFacts> newestFirst) {
    var wanted = newestFirst.filter(this::wants);
    return isSlowest
        ? wanted.sorted(
            Comparator.comparing((FrameFacts facts) -> facts.timings().total()).reversed())
        : wanted;
  }
}
