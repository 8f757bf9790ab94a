package dev.weft.cluster.allocation;

import java.util.HashMap;
import java.util.Map;

/** Which node the devices of each shard are attached to, by where the shard's frames come. */
public final class Attachments {

  private Attachments() {}

  /**
   * @param arrivals frames in a second by shard, by node that they come to first
   * @return the node by shard, where one has most of a shard's frames
   */
  public static Map<String, String> of(
      Map<String, Map<Integer, Double>> arrivals, LocalitySettings settings) {
    if (!settings.isOn()) {
      return Map.of();
    }
    var all = new HashMap<Integer, Double>();
    arrivals
        .values()
        .forEach(each -> each.forEach((shard, rate) -> all.merge(shard, rate, Double::sum)));
    var attached = new HashMap<String, String>();
    arrivals.forEach(
        (node, each) ->
            each.forEach(
                (shard, rate) -> {
                  if (rate >= settings.rateMin()
                      && rate >= settings.share() * all.getOrDefault(shard, 0.0)) {
                    attached.put(Integer.toString(shard), node);
                  }
                }));
    return attached;
  }
}
