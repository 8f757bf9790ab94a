package dev.weft.gateway.observatory;

import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.load.LoadState;
import dev.weft.fabric.sensor.ThermalFiles;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/** A node as values for JSON: its load, its memory, its heat; what it does not know is left out. */
final class NodeObject {

  private final Weft weft;
  private final String version;
  private final ThermalFiles zones = new ThermalFiles();

  /**
   * @param version of the server, as it is told
   */
  NodeObject(Weft weft, String version) {
    this.weft = weft;
    this.version = version;
  }

  Map<String, Object> of(LoadState load) {
    var object = new LinkedHashMap<String, Object>();
    object.put("version", version);
    object.put("pid", ProcessHandle.current().pid());
    object.put("upSeconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    object.put("loops", weft.loops());
    var state = LoadObject.of(load);
    state.remove("events");
    object.putAll(state);
    object.put("heap", heap());
    object.put("tensors", tensors());
    object.put("variantBytes", variants());
    object.put("celsius", zones.celsius());
    return object;
  }

  private static Map<String, Object> heap() {
    var runtime = Runtime.getRuntime();
    var object = new LinkedHashMap<String, Object>();
    object.put("usedBytes", runtime.totalMemory() - runtime.freeMemory());
    object.put("maxBytes", runtime.maxMemory());
    return object;
  }

  private Map<String, Object> tensors() {
    var pool = weft.tensors();
    var object = new LinkedHashMap<String, Object>();
    object.put("heldBytes", pool.bytesHeld());
    object.put("peakBytes", pool.bytesPeak());
    object.put("maxBytes", pool.bytesMax());
    return object;
  }

  private Map<String, Long> variants() {
    try {
      return new TreeMap<>(weft.loadedVariants());
    } catch (WeftException | CompletionException e) {
      return Map.of(); // A node that ends, or does not answer, tells nothing of them.
    }
  }
}
