package dev.weft.stages.quantize;

import java.util.List;

/**
 * A model written in smaller numbers, not yet measured.
 *
 * @param layers each node that was looked at, in the order of the model
 * @param layerNorms how many layer normalizations were written as {@code SkipLayerNormalization}
 */
public record Quantized(byte[] model, Recipe recipe, List<Layer> layers, int layerNorms) {

  public Quantized {
    layers = List.copyOf(layers);
  }

  public List<Layer> quantized() {
    return layers.stream().filter(Layer::isQuantized).toList();
  }

  public List<Layer> kept() {
    return layers.stream().filter(layer -> !layer.isQuantized()).toList();
  }
}
