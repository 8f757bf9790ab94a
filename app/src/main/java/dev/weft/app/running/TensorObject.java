package dev.weft.app.running;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tensor as a JSON object, as in the Open Inference Protocol: {@code datatype}, {@code shape} and
 * {@code data}, flat. An element of BYTES that is no text is an object {@code {"base64": ...}}.
 */
final class TensorObject {

  /** Most elements that are written out where a tensor is shown rather than saved. */
  static final int SHOWN_MAX = 4_096;

  private TensorObject() {}

  /** With {@code data} up to {@link #SHOWN_MAX} elements, else with its range. */
  static Map<String, Object> shown(Tensor tensor) {
    if (tensor.shape().elements() <= SHOWN_MAX) {
      return full(tensor);
    }
    var object = head(tensor);
    if (tensor.datatype() != Datatype.BYTES) {
      var range = TensorRange.of(tensor);
      object.put("min", range.min());
      object.put("mean", range.mean());
      object.put("max", range.max());
    }
    return object;
  }

  /** With all its data. */
  static Map<String, Object> full(Tensor tensor) {
    var object = head(tensor);
    object.put("data", data(tensor));
    return object;
  }

  private static Map<String, Object> head(Tensor tensor) {
    var object = new LinkedHashMap<String, Object>();
    object.put("datatype", tensor.datatype().name());
    object.put("shape", java.util.Arrays.stream(tensor.shape().toArray()).boxed().toList());
    return object;
  }

  private static List<Object> data(Tensor tensor) {
    if (tensor.datatype() == Datatype.BYTES) {
      return tensor.toByteStrings().stream().map(TensorObject::element).toList();
    }
    var data = new ArrayList<Object>();
    for (var i = 0L; i < tensor.shape().elements(); i++) {
      data.add(number(tensor, i));
    }
    return data;
  }

  private static Object element(byte[] bytes) {
    return TensorText.text(bytes)
        .<Object>map(text -> text)
        .orElseGet(() -> Map.of("base64", Base64.getEncoder().encodeToString(bytes)));
  }

  private static Object number(Tensor tensor, long index) {
    var value = Elements.number(tensor, index);
    return switch (tensor.datatype()) {
      case BOOL -> value != 0;
      case FP32, FP16, BF16 -> (float) value;
      case FP64 -> value;
      case INT64 -> tensor.segment().getAtIndex(java.lang.foreign.ValueLayout.JAVA_LONG, index);
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, BYTES -> (long) value;
    };
  }
}
