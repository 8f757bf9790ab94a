package dev.weft.fabric.embedded;

import dev.weft.fabric.flag.FlagBook;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.fabric.flag.FlagStatus;
import dev.weft.fabric.manifest.PipelineManifest.Gate;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.problem.NearestName;
import dev.weft.fabric.routing.FlagRule;
import dev.weft.fabric.routing.Switches;
import dev.weft.stages.spi.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The gates of a node's pipelines as flags: named {@code PIPELINE.GATE}, or by the gate alone where
 * one pipeline has it. What is set here counts for the frames that come from now on, and for
 * pipelines of these names that are deployed later. Threadsafe.
 */
public final class Flags {

  /** Keeps changes, so that they outlive the process. */
  public interface Journal {
    /**
     * Keeps a change before it takes effect.
     *
     * @param after all settings with it
     * @throws WeftException if it cannot be kept; it does not take effect then
     */
    void keep(FlagChange change, FlagBook after);
  }

  private static final int LISTENERS_MAX = 16;

  private final Deployed pipelines;
  private final FabricClock clock;
  private final List<Consumer<FlagChange>> listeners = new CopyOnWriteArrayList<>();
  private volatile FlagBook book = FlagBook.empty();
  private Journal journal = (_, _) -> {};

  Flags(Deployed pipelines, FabricClock clock) {
    this.pipelines = pipelines;
    this.clock = clock;
  }

  /**
   * Sets flags as they were kept, and has changes kept from now on.
   *
   * @param kept what was set before this process
   */
  public synchronized void keep(FlagBook kept, Journal keeper) {
    book = kept;
    journal = keeper;
    pipelines.all().forEach(pipeline -> pipeline.change(this::onto));
  }

  /** Those of all deployed pipelines, by pipeline, in the order their manifests declare. */
  public List<FlagStatus> all() {
    return pipelines.all().stream()
        .flatMap(pipeline -> pipeline.manifest().gates().stream().map(gate -> at(pipeline, gate)))
        .toList();
  }

  private FlagStatus at(Pipeline pipeline, Gate gate) {
    var flag = pipeline.switches().flag(gate.name());
    var steps =
        pipeline.manifest().steps().stream()
            .filter(step -> step.gate().filter(gate.name()::equals).isPresent())
            .map(step -> step.name())
            .toList();
    var setting = book.setting(flag.name()).filter(set -> set.rule().equals(flag.rule()));
    return new FlagStatus(flag, FlagRule.of(gate.on()), gate.summary(), steps, setting);
  }

  /**
   * The one of this name.
   *
   * @param name in full, or the gate's where one pipeline has it
   * @throws WeftException if there is none, or more than one
   */
  public FlagStatus find(String name) {
    var all = all();
    var found =
        all.stream()
            .filter(each -> each.flag().name().equals(name) || each.flag().gate().equals(name))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    var names = (found.isEmpty() ? all : found).stream().map(each -> each.flag().name()).toList();
    var gates = all.stream().map(each -> each.flag().gate()).toList();
    var isMistyped = found.isEmpty() && NearestName.of(name, gates).isPresent();
    throw new WeftException(
        ErrorCode.NOT_FOUND,
        "flag: '%s' (expected: %s)"
            .formatted(
                name.length() > 80 ? name.substring(0, 80) + "..." : name,
                NearestName.expected("a flag", name, isMistyped ? gates : names)));
  }

  /**
   * Sets a flag, or back to what its manifest declares.
   *
   * @param rule empty for what is declared
   * @param by who does
   * @param reason why; may be empty
   * @return what changed; how it stands already is a change, too, as somebody else vouches for it
   * @throws WeftException if there is no such flag, or the change cannot be kept
   * @throws IllegalArgumentException if words are too long, or too many flags are set
   */
  public synchronized FlagChange set(
      String name, Optional<FlagRule> rule, String by, String reason) {
    var before = find(name).flag();
    var pipeline = pipelines.find(before.name().substring(0, before.name().lastIndexOf('.')));
    var change = new FlagChange(before.name(), before.rule(), rule, by, reason, clock.instant());
    var after = book.after(change);
    journal.keep(change, after);
    book = after;
    pipeline.change(
        switches ->
            rule.map(set -> switches.withFlag(before.gate(), set))
                .orElseGet(() -> switches.asDeclared(before.gate(), pipeline.manifest())));
    listeners.forEach(listener -> listener.accept(change));
    return change;
  }

  /**
   * Tells {@code listener} of changes from now on, on the thread that makes them.
   *
   * @return ends it
   * @throws IllegalStateException if there are {@value #LISTENERS_MAX} listeners
   */
  public synchronized Runnable onChange(Consumer<FlagChange> listener) {
    if (listeners.size() >= LISTENERS_MAX) {
      throw new IllegalStateException(
          "listeners of flags: %d (expected: < that)".formatted(LISTENERS_MAX));
    }
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Positions of a pipeline with what is set of them. */
  Switches onto(Switches declared) {
    return book.onto(declared);
  }
}
