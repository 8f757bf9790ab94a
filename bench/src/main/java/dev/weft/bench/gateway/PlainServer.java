package dev.weft.bench.gateway;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.bench.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * What a user would write instead: the JDK's own HTTP server on virtual threads before ONNX
 * Runtime. A request is the inputs' bytes one after the other, an answer the first output's bytes;
 * so it parses no JSON, checks nothing and lets everybody in.
 */
public final class PlainServer {

  private static final int BACKLOG = 1024;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final ServedModel model;

  private PlainServer(ServedModel model) throws OrtException {
    this.model = model;
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      this.session = environment.createSession(model.file().toString(), options);
    }
  }

  /**
   * @param arguments models
   */
  public static void main(String[] arguments) throws IOException, OrtException {
    // Its default waits for the client's acknowledgement between head and body of an answer.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // It closes idle connections beyond 200.
    System.setProperty("sun.net.httpserver.maxIdleConnections", Integer.toString(BACKLOG));
    var server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    for (var argument : arguments) {
      var plain = new PlainServer(ServedModel.parse(argument));
      server.createContext("/" + plain.model.name(), plain::answer);
    }
    server.start();
    ServerProcess.serve(List.of(server.getAddress().getPort()));
    System.exit(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var output = run(exchange.getRequestBody().readAllBytes());
      exchange.sendResponseHeaders(200, output.length);
      exchange.getResponseBody().write(output);
    } catch (OrtException e) {
      throw new IOException(e);
    }
  }

  private byte[] run(byte[] body) throws OrtException {
    var inputs = new HashMap<String, OnnxTensor>();
    var from = 0;
    try {
      for (var input : model.inputs()) {
        var isFloat = input.datatype().equals("FP32");
        var dims = input.shape().stream().mapToLong(Long::longValue).toArray();
        var bytes =
            Math.toIntExact(Arrays.stream(dims).reduce(isFloat ? 4 : 8, Math::multiplyExact));
        var memory = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        memory.put(body, from, bytes).flip();
        from += bytes;
        var type = isFloat ? OnnxJavaType.FLOAT : OnnxJavaType.INT64;
        inputs.put(input.name(), OnnxTensor.createTensor(environment, memory, dims, type));
      }
      try (var outputs = session.run(inputs)) {
        var content = ((OnnxTensor) outputs.get(0)).getByteBuffer();
        var bytes = new byte[content.remaining()];
        content.get(bytes);
        return bytes;
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }
}
