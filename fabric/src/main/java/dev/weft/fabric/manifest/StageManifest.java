package dev.weft.fabric.manifest;

import dev.weft.stages.spi.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One micro-stage as declared.
 *
 * @param origin file it was read from
 * @param uses kind of stage: {@code onnx} or a built-in such as {@code image/resize}
 * @param abiVersion raised by the owner when the ABI changes
 * @param variants at least one; the first is the default
 * @param files further pinned files by the name the kind gives them
 * @param nodeClasses classes of node it may run on; none given means all
 * @param required whether a frame fails when this stage fails, unless a step says otherwise
 * @param residency where its files and the frames that reach it may be
 */
public record StageManifest(
    Path origin,
    String name,
    String summary,
    String owner,
    String uses,
    int abiVersion,
    Signature abi,
    List<Variant> variants,
    Map<String, Object> options,
    Map<String, Artifact> files,
    Budget budget,
    QueueLimits queue,
    Batching batching,
    Isolation isolation,
    boolean required,
    Set<NodeClass> nodeClasses,
    Residency residency,
    Map<String, String> labels) {

  public StageManifest {
    variants = List.copyOf(variants);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    nodeClasses = Set.copyOf(nodeClasses.isEmpty() ? EnumSet.allOf(NodeClass.class) : nodeClasses);
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
  }

  public Variant defaultVariant() {
    return variants.getFirst();
  }

  /** The same with one more variant, or with this one in place of one of its name. */
  public StageManifest with(Variant variant) {
    var more = new ArrayList<Variant>();
    variants.stream().filter(each -> !each.name().equals(variant.name())).forEach(more::add);
    more.add(variant);
    return offering(more);
  }

  /** The same with one of its variants as the default. */
  public StageManifest preferring(Variant variant) {
    var ordered = new ArrayList<Variant>();
    ordered.add(variant);
    variants.stream().filter(each -> !each.equals(variant)).forEach(ordered::add);
    return offering(ordered);
  }

  private StageManifest offering(List<Variant> others) {
    return new StageManifest(
        origin,
        name,
        summary,
        owner,
        uses,
        abiVersion,
        abi,
        others,
        options,
        files,
        budget,
        queue,
        batching,
        isolation,
        required,
        nodeClasses,
        residency,
        labels);
  }

  /** Whether this stage is meant for nodes of this class. */
  public boolean runsOn(NodeClass candidate) {
    return nodeClasses.contains(candidate);
  }

  public Optional<Variant> variant(String variant) {
    return variants.stream().filter(candidate -> candidate.name().equals(variant)).findFirst();
  }
}
