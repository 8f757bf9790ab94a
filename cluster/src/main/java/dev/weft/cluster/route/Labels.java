package dev.weft.cluster.route;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that is said of where a frame may be. It holds together: a node must suit every label.
 * Immutable.
 */
public final class Labels {

  /** Request attribute by which a client keeps its frame to places; it can only narrow. */
  public static final String ATTRIBUTE = "residency";

  private static final Labels NONE = new Labels(List.of(), Residency.anywhere());

  private final List<Label> said;
  private final Residency all;

  private Labels(List<Label> said, Residency all) {
    this.said = List.copyOf(said);
    this.all = all;
  }

  public static Labels none() {
    return NONE;
  }

  public static Labels of(Label... labels) {
    var all = NONE;
    for (var label : labels) {
      all = all.and(label);
    }
    return all;
  }

  /**
   * What a pipeline and its stages say, those of split arms included.
   *
   * @param stages all there are, by name
   */
  public static Labels of(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var all =
        NONE.and(new Label(Label.Party.PIPELINE, pipeline.name(), pipeline.reach().residency()));
    var names = new LinkedHashSet<String>();
    pipeline.steps().forEach(step -> names.add(step.stage()));
    pipeline.splits().stream()
        .flatMap(split -> split.arms().stream())
        .forEach(arm -> arm.stage().ifPresent(names::add));
    for (var name : names) {
      var stage = Optional.ofNullable(stages.get(name));
      if (stage.isPresent()) {
        all = all.and(new Label(Label.Party.STAGE, name, stage.get().residency()));
      }
    }
    return all;
  }

  /**
   * These and what a request's attribute {@value #ATTRIBUTE} says.
   *
   * @throws IllegalArgumentException if it says nothing that can be understood: such a frame must
   *     be refused, for it wanted to be kept somewhere
   */
  public Labels andOf(Map<String, String> attributes) {
    var text = Optional.ofNullable(attributes.get(ATTRIBUTE));
    return text.isEmpty()
        ? this
        : and(new Label(Label.Party.REQUEST, "", Residency.parse(text.get())));
  }

  /** These and one more. */
  public Labels and(Label label) {
    if (label.residency().isAnywhere()) {
      return this;
    }
    var more = new ArrayList<>(said);
    more.add(label);
    return new Labels(more, all.and(label.residency()));
  }

  /** Those that say something, in the order they were added. */
  public List<Label> said() {
    return said;
  }

  /** What is left of all together. */
  public Residency all() {
    return all;
  }

  /**
   * The label that keeps a frame off a node, the last one if only all together do; empty if the
   * frame may be there.
   *
   * @param zones the node's; none if that is not known
   * @param isHere whether the frame came to that node
   */
  public Optional<Label> against(Set<String> zones, boolean isHere) {
    if (all.admits(zones, isHere)) {
      return Optional.empty();
    }
    return said.stream()
        .filter(label -> !label.residency().admits(zones, isHere))
        .findFirst()
        .or(() -> Optional.of(said.getLast()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Labels labels && said.equals(labels.said);
  }

  @Override
  public int hashCode() {
    return said.hashCode();
  }

  @Override
  public String toString() {
    return said.toString();
  }
}
