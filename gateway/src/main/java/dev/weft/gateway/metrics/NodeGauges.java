package dev.weft.gateway.metrics;

import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.load.LoadSample;
import dev.weft.fabric.manifest.Lane;
import dev.weft.gateway.word.Words;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.concurrent.CompletionException;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/** What a node is doing now, read when it is asked for. What the node does not know is absent. */
final class NodeGauges {

  private final Weft weft;

  private NodeGauges(Weft weft) {
    this.weft = weft;
  }

  /**
   * @param version of the server, as it is told
   */
  static void register(Weft weft, String version, PrometheusRegistry registry) {
    new NodeGauges(weft).register(version, registry);
  }

  private void register(String version, PrometheusRegistry registry) {
    Info.builder()
        .name("weft_build_info")
        .help("The version that runs.")
        .labelNames("version")
        .register(registry)
        .addLabelValues(version);
    var tensors = weft.tensors();
    one(registry, "weft_tensor_memory_bytes", "Memory held for tensors now.", tensors::bytesHeld);
    one(
        registry,
        "weft_tensor_memory_peak_bytes",
        "Most memory ever held for tensors.",
        tensors::bytesPeak);
    one(
        registry,
        "weft_tensor_memory_limit_bytes",
        "Most memory there may be for tensors.",
        tensors::bytesMax);
    one(
        registry,
        "weft_load_level",
        "How hard the machine is pressed: 0 normal, 1 elevated, 2 high, 3 critical.",
        () -> weft.load().level().ordinal());
    GaugeWithCallback.builder()
        .name("weft_lane_paused")
        .help("1 for a lane whose frames wait because of the load, else 0.")
        .labelNames("lane")
        .callback(
            told ->
                Arrays.stream(Lane.values())
                    .forEach(
                        lane ->
                            told.call(weft.load().level().pauses(lane) ? 1 : 0, Words.of(lane))))
        .register(registry);
    share(registry, "weft_machine_cpu_ratio", "CPU busy, all users.", LoadSample::machineShare);
    share(
        registry,
        "weft_machine_memory_available_ratio",
        "Memory that could be had without swapping, of all.",
        LoadSample::memoryAvailableShare);
    GaugeWithCallback.builder()
        .name("weft_variant_memory_bytes")
        .help("Memory outside the heap held by a loaded variant.")
        .labelNames("stage", "variant")
        .callback(this::variants)
        .register(registry);
  }

  private static void one(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(told -> told.call(value.getAsDouble()))
        .register(registry);
  }

  private void share(
      PrometheusRegistry registry,
      String name,
      String help,
      Function<LoadSample, OptionalDouble> share) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(told -> share.apply(weft.load().sample()).ifPresent(told::call))
        .register(registry);
  }

  private void variants(GaugeWithCallback.Callback told) {
    try {
      weft.loadedVariants()
          .forEach(
              (name, bytes) -> {
                var at = name.lastIndexOf('@');
                told.call(bytes, name.substring(0, at), name.substring(at + 1));
              });
    } catch (WeftException | CompletionException e) {
      // A node that ends, or does not answer, tells nothing; the other figures are still right.
      return;
    }
  }
}
