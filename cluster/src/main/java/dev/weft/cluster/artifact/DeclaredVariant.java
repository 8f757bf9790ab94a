package dev.weft.cluster.artifact;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.ManifestDigest;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A variant of a stage as one node's manifest declares it, for another node whose manifest does
 * not.
 *
 * @param uses kind of the stage
 * @param abi what the stage takes and gives, as {@link #abi(Signature)} writes it
 * @param residency where its file may be
 * @param variant whose artifact says nothing of where it is, nor where it can be fetched from
 */
public record DeclaredVariant(
    String stage, String uses, int abiVersion, String abi, Residency residency, Variant variant) {

  /** As those of variants and stages in manifests, so that they can be names of files. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final long SIZE_BYTES_MAX = 1L << 40;
  private static final int ABI_CHARACTERS_MAX = 2_000;
  private static final int SHOWN_CHARACTERS_MAX = 100;

  public DeclaredVariant {
    for (var name : List.of(stage, variant.name())) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "name: '%s' (expected: up to 64 letters, digits, '.', '_' or '-')".formatted(name));
      }
    }
    variant = placed(variant, variant.artifact().map(DeclaredVariant::nowhere));
  }

  private static Artifact nowhere(Artifact artifact) {
    if (!SHA256.matcher(artifact.sha256()).matches()
        || artifact.sizeBytes() < 1
        || artifact.sizeBytes() > SIZE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "artifact '%s': sha256 '%s', %d bytes (expected: 64 hex digits, 1 to %d)"
              .formatted(artifact.file(), artifact.sha256(), artifact.sizeBytes(), SIZE_BYTES_MAX));
    }
    return new Artifact(
        artifact.file(), Path.of(""), artifact.sha256(), artifact.sizeBytes(), Optional.empty());
  }

  private static Variant placed(Variant variant, Optional<Artifact> artifact) {
    return new Variant(
        variant.name(),
        variant.precision(),
        artifact,
        variant.options(),
        variant.batchInvariant(),
        variant.needs());
  }

  /** A variant of a stage. */
  public static DeclaredVariant of(StageManifest stage, Variant variant) {
    return new DeclaredVariant(
        stage.name(),
        stage.uses(),
        stage.abiVersion(),
        abi(stage.abi()),
        stage.residency(),
        variant);
  }

  /**
   * What a stage takes and gives, in one line; of a long one its digest. Equal for equal
   * signatures, and for others not.
   */
  static String abi(Signature signature) {
    var text = side(signature.inputs()) + " -> " + side(signature.outputs());
    return text.length() <= ABI_CHARACTERS_MAX ? text : "SHA-256 " + ManifestDigest.of(signature);
  }

  private static String side(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::toString).collect(Collectors.joining("; "));
  }

  public String name() {
    return variant.name();
  }

  /** Its file; empty for code without a model. */
  public Optional<Artifact> artifact() {
    return variant.artifact();
  }

  /** The variant with its file at a place. */
  public Variant at(Path file) {
    return placed(
        variant,
        variant
            .artifact()
            .map(
                pinned ->
                    new Artifact(
                        pinned.file(),
                        file,
                        pinned.sha256(),
                        pinned.sizeBytes(),
                        pinned.source())));
  }

  /**
   * Why a stage cannot have it: another kind, ABI or version of that; empty if it can.
   *
   * @param here the stage of its name on the node that is to have it
   */
  public Optional<String> unfit(StageManifest here) {
    return unlike("kind", here.uses(), uses)
        .or(() -> unlike("version of the ABI", "" + here.abiVersion(), "" + abiVersion))
        .or(() -> unlike("ABI", abi(here.abi()), abi));
  }

  private Optional<String> unlike(String what, String here, String declared) {
    return here.equals(declared)
        ? Optional.empty()
        : Optional.of(
            "stage '%s': %s '%s' here (expected: '%s', for which variant '%s' is declared)"
                .formatted(stage, what, shown(here), shown(declared), name()));
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS_MAX
        ? text
        : text.substring(0, SHOWN_CHARACTERS_MAX) + "...";
  }

  /**
   * Why a variant of its name is another one; empty if it is the same. Only files are compared.
   *
   * @param here what the node that is to have it has already
   */
  public Optional<String> unlike(Variant here) {
    var own = digest(here);
    var declared = digest(variant);
    return own.equals(declared)
        ? Optional.empty()
        : Optional.of(
            ("variant '%s' of stage '%s': %s here (expected: %s, as it is declared; another model"
                    + " needs another name)")
                .formatted(name(), stage, own, declared));
  }

  private static String digest(Variant variant) {
    return variant.artifact().map(file -> "SHA-256 " + file.sha256()).orElse("no file");
  }

  /**
   * Why its file must not be on a node; empty if it may be.
   *
   * @param zones in which the node is
   */
  public Optional<String> unwelcome(Set<String> zones) {
    return residency.admits(zones, false)
        ? Optional.empty()
        : Optional.of(
            "variant '%s' of stage '%s': residency %s, and this node is in %s (expected: a place it may be)"
                .formatted(name(), stage, residency, zones.isEmpty() ? "no zone" : zones));
  }
}
