package dev.weft.fabric.explanation;

import dev.weft.fabric.manifest.Fallback;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.Reach;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** Says in prose where frames, files and nodes may be, and what is tried instead of an answer. */
final class ReachExplanation {

  private ReachExplanation() {}

  /** Where a pipeline's frames may be and what is tried instead; nothing where nothing is said. */
  static List<Prose.Row> of(PipelineManifest pipeline, Collection<StageManifest> stages) {
    var rows = new ArrayList<Prose.Row>();
    var all = pipeline.reach().residency();
    for (var stage : stages) {
      all = all.and(stage.residency());
    }
    if (!all.isAnywhere()) {
      rows.add(new Prose.Row("residency", residency(all) + because(stages)));
    }
    var reach = pipeline.reach();
    if (!reach.declared().isEmpty()) {
      rows.add(new Prose.Row("fallback", fallback(reach)));
    }
    reach.answers().ifPresent(cached -> rows.add(new Prose.Row("cached", cached(cached))));
    return rows;
  }

  private static String because(Collection<StageManifest> stages) {
    var names =
        stages.stream()
            .filter(stage -> !stage.residency().isAnywhere())
            .map(stage -> "%s (%s)".formatted(stage.name(), stage.residency()))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "" : ". Of its stages, these are kept: " + names;
  }

  /** Where frames may be, as the rest of a sentence. */
  static String residency(Residency residency) {
    if (residency.isAnywhere()) {
      return "frames may be anywhere";
    }
    var zones = residency.zones().map(ReachExplanation::zones).orElse("");
    if (!residency.deviceOnly()) {
      return "frames may be %s".formatted(zones);
    }
    return "frames never leave the node they came to%s"
        .formatted(zones.isEmpty() ? "" : ", which must be one %s".formatted(zones));
  }

  private static String zones(SortedSet<String> zones) {
    return zones.isEmpty()
        ? "nowhere"
        : "in %s %s only".formatted(zones.size() == 1 ? "zone" : "zones", String.join(", ", zones));
  }

  private static String fallback(Reach reach) {
    return reach.fallback().stream()
        .map(ReachExplanation::entry)
        .collect(
            Collectors.joining(
                "; else ", "a frame that cannot be answered in time where it came: ", ""));
  }

  private static String entry(Fallback entry) {
    return switch (entry) {
      case SITE -> "by another node of the site";
      case REGION -> "by a node of role region at another site";
      case ELSEWHERE -> "by any other node of another site";
      case LOCAL -> "here as declared, even if it looks late";
      case CHEAPER -> "here by cheaper variants";
      case CACHED -> "by an earlier answer, marked as stale";
      case REFUSE -> "not at all, and the caller is told why";
    };
  }

  private static String cached(Reach.Cached cached) {
    var like =
        switch (cached.by()) {
          case INPUTS -> "a frame of the same inputs";
          case SESSION -> "an earlier frame of the session";
        };
    return "the answer to %s, at most %s old; a node keeps at most %d"
        .formatted(like, Quantity.text(cached.maxAge()), cached.maxAnswers());
  }

  /** Where a node stands. */
  static List<Prose.Row> of(NodeManifest node) {
    return List.of(
        new Prose.Row("site", node.site().orElse("none: it stands alone")),
        new Prose.Row(
            "zones",
            Optional.of(String.join(", ", node.zones()))
                .filter(zones -> !zones.isEmpty())
                .orElse("none that is known: what is kept to zones does not run here")));
  }
}
