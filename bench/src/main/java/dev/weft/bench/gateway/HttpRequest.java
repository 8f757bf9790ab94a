package dev.weft.bench.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One inference as the bytes of an HTTP/1.1 request, made once and sent again and again. */
public record HttpRequest(byte[] bytes) {

  /** Tensors in binary both ways, by the Open Inference Protocol's extension. */
  public static HttpRequest binary(String model, List<WireTensor> inputs) {
    var json =
        "{\"inputs\":%s,\"parameters\":{\"binary_data_output\":true}}"
            .formatted(
                array(
                    inputs,
                    input ->
                        input.json(
                            "\"parameters\":{\"binary_data_size\":%d}"
                                .formatted(input.data().length))));
    var header = "Inference-Header-Content-Length: %d\r\n".formatted(json.length());
    var body = new ByteArrayOutputStream();
    body.writeBytes(json.getBytes(StandardCharsets.US_ASCII));
    inputs.forEach(input -> body.writeBytes(input.data()));
    return post(oip(model), header, body.toByteArray());
  }

  /** Tensors in JSON both ways. */
  public static HttpRequest json(String model, List<WireTensor> inputs) {
    var json = "{\"inputs\":%s}".formatted(array(inputs, input -> input.json(input.jsonData())));
    return post(oip(model), "", json.getBytes(StandardCharsets.US_ASCII));
  }

  /** Nothing but the tensors' bytes, as {@link PlainServer} takes them. */
  public static HttpRequest bare(String model, List<WireTensor> inputs) {
    var body = new ByteArrayOutputStream();
    inputs.forEach(input -> body.writeBytes(input.data()));
    return post("/" + model, "", body.toByteArray());
  }

  private static String oip(String model) {
    return "/v2/models/%s/infer".formatted(model);
  }

  private static String array(List<WireTensor> inputs, Function<WireTensor, String> entry) {
    return inputs.stream().map(entry).collect(Collectors.joining(",", "[", "]"));
  }

  private static HttpRequest post(String path, String header, byte[] body) {
    var head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(path, header, body.length);
    var all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(body);
    return new HttpRequest(all.toByteArray());
  }
}
