package dev.weft.gateway.observatory;

import dev.weft.fabric.load.LoadEvent;
import dev.weft.fabric.load.LoadSample;
import dev.weft.fabric.load.LoadState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** How hard the machine is pressed, as fields of an answer; what cannot be measured is left out. */
public final class LoadObject {

  private LoadObject() {}

  public static Map<String, Object> of(LoadState state) {
    var object = new LinkedHashMap<String, Object>();
    object.put("level", state.level().word());
    object.put("pausedLanes", state.pausedLanes().stream().map(lane -> lane.word()).toList());
    object.put("sample", of(state.sample()));
    object.put("events", state.events().stream().map(LoadObject::of).toList());
    return object;
  }

  private static Map<String, Object> of(LoadSample sample) {
    var object = new LinkedHashMap<String, Object>();
    put(object, "machineShare", sample.machineShare());
    put(object, "ownShare", sample.ownShare());
    put(object, "foreignShare", sample.foreignShare());
    put(object, "programShare", sample.programShare());
    put(object, "runnablePerCore", sample.runnablePerCore());
    put(object, "cpuStallShare", sample.cpuStallShare());
    put(object, "memoryAvailableShare", sample.memoryAvailableShare());
    put(object, "memoryStallShare", sample.memoryStallShare());
    put(object, "heapUsedShare", sample.heapUsedShare());
    put(object, "tensorMemoryShare", sample.tensorMemoryShare());
    put(object, "timerLagMillis", sample.timerLagMillis());
    return object;
  }

  private static Map<String, Object> of(LoadEvent event) {
    var object = new LinkedHashMap<String, Object>();
    object.put("at", event.at().toString());
    switch (event) {
      case LoadEvent.LevelChanged(var from, var to, var why, _) -> {
        object.put("event", "level");
        object.put("from", from.word());
        object.put("to", to.word());
        object.put("why", why);
      }
      case LoadEvent.CallLost(var variant, var loop, var after, var isSuspended, _) -> {
        object.put("event", "call-lost");
        object.put("variant", variant);
        object.put("loop", loop);
        object.put("afterMillis", after.toMillis());
        object.put("suspended", isSuspended);
      }
    }
    return object;
  }

  /** To three decimals, which is more than the kernel counts. */
  private static void put(Map<String, Object> object, String name, OptionalDouble value) {
    value.ifPresent(number -> object.put(name, Math.round(number * 1e3) / 1e3));
  }
}
