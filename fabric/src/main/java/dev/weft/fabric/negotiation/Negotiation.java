package dev.weft.fabric.negotiation;

import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import java.util.List;
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
