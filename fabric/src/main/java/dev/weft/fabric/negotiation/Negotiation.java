package dev.weft.fabric.negotiation;

import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of holding a stage's variants against what a node can do: the first in the manifest's
 * order that needs nothing the node lacks is taken. Equal variants and abilities give equal
 * answers.
 *
 * @param offers one for each variant, in the manifest's order
 */
public record Negotiation(List<Offer> offers) {

  public Negotiation {
    offers = List.copyOf(offers);
  }

  /**
   * One variant, judged.
   *
   * @param missing what it needs and the node lacks; empty if the node can run it
   */
  public record Offer(Variant variant, List<String> missing) {

    public Offer {
      missing = List.copyOf(missing);
    }

    public boolean isRunnable() {
      return missing.isEmpty();
    }
  }

  public static Negotiation of(StageManifest stage, NodeAbilities node) {
    return new Negotiation(stage.variants().stream().map(variant -> offer(variant, node)).toList());
  }

  /**
   * Stages as a node runs them: the variant it takes of each is the default. A stage of which it
   * can run none stays as it is.
   */
  public static Map<String, StageManifest> settled(
      Map<String, StageManifest> stages, NodeAbilities node) {
    var settled = new LinkedHashMap<String, StageManifest>();
    stages.forEach(
        (name, stage) ->
            settled.put(name, of(stage, node).taken().map(stage::preferring).orElse(stage)));
    return settled;
  }

  /**
   * Why the node cannot run a variant, as the rest of an error that names the variant; empty if it
   * can.
   */
  public static Optional<String> refusal(StageManifest stage, Variant variant, NodeAbilities node) {
    var missing = offer(variant, node).missing();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    var other = of(stage, node).taken().map(taken -> "such as '%s'".formatted(taken.name()));
    return Optional.of(
        "needs %s, which this node lacks (expected: a variant it can run, %s)"
            .formatted(String.join(", ", missing), other.orElse("of which the stage has none")));
  }

  private static Offer offer(Variant variant, NodeAbilities node) {
    return new Offer(
        variant, variant.needs().stream().filter(need -> !node.words().contains(need)).toList());
  }

  /** The variant that is taken; empty if the node can run none. */
  public Optional<Variant> taken() {
    return offers.stream().filter(Offer::isRunnable).map(Offer::variant).findFirst();
  }

  /** The offer of this name; empty if there is no such variant. */
  public Optional<Offer> offer(String variant) {
    return offers.stream().filter(each -> each.variant().name().equals(variant)).findFirst();
  }

  /** Why an offer is taken or not, in words. */
  public String reason(Offer offer) {
    if (!offer.isRunnable()) {
      return "cannot run: the node lacks " + String.join(", ", offer.missing());
    }
    var isTaken = taken().map(offer.variant()::equals).orElse(false);
    return isTaken
        ? "taken: the first whose needs the node meets"
        : "can run; stands behind '%s'".formatted(taken().map(Variant::name).orElse(""));
  }
}
