package dev.weft.fabric.trace;

import dev.weft.fabric.trace.Fingerprint.Environment;
import dev.weft.fabric.trace.Fingerprint.VariantPrint;
import java.util.TreeMap;

/** A fingerprint as its message. */
final class FingerprintCodec {

  private FingerprintCodec() {}

  static dev.weft.api.trace.v1.Fingerprint encode(Fingerprint print) {
    var built =
        dev.weft.api.trace.v1.Fingerprint.newBuilder()
            .setId(print.id())
            .setOnnxRuntime(print.environment().onnxRuntime())
            .setVirtualMachine(print.environment().virtualMachine())
            .addAllCpu(print.environment().cpu())
            .setFabricAbi(print.environment().fabricAbi());
    for (var variant : print.variants()) {
      // Sorted, as a map keeps the order in which it was filled.
      built.addVariants(
          dev.weft.api.trace.v1.VariantPrint.newBuilder()
              .setStage(variant.stage())
              .setVariant(variant.variant())
              .setKind(variant.kind())
              .setModel(variant.model())
              .putAllFiles(new TreeMap<>(variant.files()))
              .putAllOptions(new TreeMap<>(variant.options())));
    }
    return built.build();
  }

  static Fingerprint decode(dev.weft.api.trace.v1.Fingerprint print) {
    return new Fingerprint(
        print.getId(),
        print.getVariantsList().stream().map(FingerprintCodec::decode).toList(),
        new Environment(
            print.getOnnxRuntime(),
            print.getVirtualMachine(),
            print.getCpuList(),
            print.getFabricAbi()));
  }

  private static VariantPrint decode(dev.weft.api.trace.v1.VariantPrint variant) {
    return new VariantPrint(
        variant.getStage(),
        variant.getVariant(),
        variant.getKind(),
        variant.getModel(),
        variant.getFilesMap(),
        variant.getOptionsMap());
  }
}
