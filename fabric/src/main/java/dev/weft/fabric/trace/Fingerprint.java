package dev.weft.fabric.trace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that decides which bits come out of stages. Two runs of equal fingerprint, inputs,
 * decisions and batches give equal bytes.
 *
 * @param id SHA-256 over all the rest, lower-case hex
 */
public record Fingerprint(String id, List<VariantPrint> variants, Environment environment)
    implements TraceRecord.Aside {

  /** Raised when what Weft's own stages compute changes. */
  public static final int FABRIC_ABI = 1;

  public Fingerprint {
    variants = List.copyOf(variants);
  }

  /**
   * One variant as loaded.
   *
   * @param model SHA-256 of its artifact; empty for code without a model
   * @param files SHA-256 of further files
   * @param options all, defaults included
   */
  public record VariantPrint(
      String stage,
      String variant,
      String kind,
      String model,
      Map<String, String> files,
      Map<String, String> options) {
    public VariantPrint {
      files = Map.copyOf(files);
      options = Map.copyOf(options);
    }

    public Place place() {
      return new Place(stage, variant);
    }
  }

  /** A variant by name. */
  public record Place(String stage, String variant) {}

  /**
   * What the variants run on.
   *
   * @param cpu architecture and features, sorted
   */
  public record Environment(
      String onnxRuntime, String virtualMachine, List<String> cpu, int fabricAbi) {
    public Environment {
      cpu = List.copyOf(new TreeSet<>(cpu));
    }
  }

  static Fingerprint of(List<VariantPrint> variants, Environment environment) {
    var sorted = new ArrayList<>(variants);
    sorted.sort(Comparator.comparing(VariantPrint::stage).thenComparing(VariantPrint::variant));
    var text = new StringBuilder();
    for (var variant : sorted) {
      text.append(line(variant)).append('\n');
    }
    text.append(environment);
    return new Fingerprint(
        TensorDigest.of(text.toString().getBytes(StandardCharsets.UTF_8)), sorted, environment);
  }

  /** The fingerprint of those of its variants that {@code wanted} names. */
  public Fingerprint only(Set<Place> wanted) {
    return of(
        variants.stream().filter(each -> wanted.contains(each.place())).toList(), environment);
  }

  /** What is different in {@code other}, in words; empty if nothing that counts. */
  public List<String> differences(Fingerprint other) {
    var found = new ArrayList<String>();
    differ(found, "ONNX Runtime", environment.onnxRuntime(), other.environment.onnxRuntime());
    differ(
        found, "virtual machine", environment.virtualMachine(), other.environment.virtualMachine());
    differ(found, "processor", environment.cpu().toString(), other.environment.cpu().toString());
    differ(
        found,
        "fabric ABI",
        String.valueOf(environment.fabricAbi()),
        String.valueOf(other.environment.fabricAbi()));
    var here = byName();
    var there = other.byName();
    here.forEach((name, line) -> differ(found, name, line, there.getOrDefault(name, "absent")));
    there.forEach(
        (name, line) -> {
          if (!here.containsKey(name)) {
            differ(found, name, "absent", line);
          }
        });
    return found;
  }

  private Map<String, String> byName() {
    var lines = new TreeMap<String, String>();
    variants.forEach(each -> lines.put(each.stage() + "@" + each.variant(), line(each)));
    return lines;
  }

  private static String line(VariantPrint variant) {
    return "%s@%s %s %s %s %s"
        .formatted(
            variant.stage(),
            variant.variant(),
            variant.kind(),
            variant.model(),
            new TreeMap<>(variant.files()),
            new TreeMap<>(variant.options()));
  }

  private static void differ(List<String> found, String what, String here, String there) {
    if (!here.equals(there)) {
      found.add("%s: %s, here %s".formatted(what, here, there));
    }
  }
}
