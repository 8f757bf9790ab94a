package dev.weft.stages.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a recurrent model over the rows of its inputs, its state carried from row to row.
 *
 * <p>Each state lives in two leased tensors that take turns: what one row writes the next one
 * reads. All states are zero at the first row.
 */
final class RowLoop {

  private final ModelFile file;
  private final OnnxPlan plan;
  private final OrtTensors tensors;
  private final RunSlot slot;
  private final RunContext context;
  private final List<Tensor> inputs;
  private final Tensor[] outputs;
  private final Tensor[][] states;
  private final List<OnnxTensor> views = new ArrayList<>();
  private final OnnxTensor[][] stateViews;

  RowLoop(
      ModelFile file,
      OnnxPlan plan,
      OrtTensors tensors,
      RunSlot slot,
      RunContext context,
      List<Tensor> inputs,
      Tensor[] outputs) {
    this.file = file;
    this.plan = plan;
    this.tensors = tensors;
    this.slot = slot;
    this.context = context;
    this.inputs = inputs;
    this.outputs = outputs;
    this.states = new Tensor[plan.feeds().length][];
    this.stateViews = new OnnxTensor[states.length][];
  }

  /** Fills in {@code outputs}; on a failure those made so far are left for the caller to close. */
  void run() throws OrtException {
    var rows = rows();
    try {
      allocateStates();
      viewWhole();
      allocatePinned(rows);
      for (var row = 0L; row < rows; row++) {
        if (context.cancellation().isCancelled()) {
          throw new StageException(
              ErrorCode.CANCELLED,
              "model %s: cancelled at row %d of %d".formatted(file.path(), row, rows));
        }
        runRow(row, rows);
      }
    } finally {
      slot.release();
      views.forEach(OnnxTensor::close);
      closeStates();
    }
  }

  private long rows() {
    var rows = -1L;
    for (var feed : plan.feeds()) {
      if (feed instanceof Feed.Row(_, var input, var declared)) {
        var own = inputs.get(input).shape().dim(0);
        if (rows >= 0 && own != rows) {
          throw new StageException(
              ErrorCode.INVALID_INPUT,
              "input '%s': %d rows (expected: %d as the others)"
                  .formatted(declared.name(), own, rows));
        }
        rows = own;
      }
    }
    return rows < 0 ? 1 : rows;
  }

  private void allocateStates() {
    for (var i = 0; i < states.length; i++) {
      if (plan.feeds()[i] instanceof Feed.Carried(_, _, var datatype, var shape)) {
        var pair = new Tensor[2];
        states[i] = pair;
        pair[0] = context.tensors().allocate(datatype, shape);
        pair[0].segment().fill((byte) 0);
        pair[1] = context.tensors().allocate(datatype, shape);
      }
    }
  }

  /** Shows the runtime once what it reads or writes whole in every row. */
  private void viewWhole() throws OrtException {
    for (var i = 0; i < states.length; i++) {
      switch (plan.feeds()[i]) {
        case Feed.Given(var name, var input, _) -> slot.feedBorrowed(name, view(inputs.get(input)));
        case Feed.Carried _ ->
            stateViews[i] = new OnnxTensor[] {view(states[i][0]), view(states[i][1])};
        case Feed.Row _, Feed.Constant _ -> {}
      }
    }
  }

  private OnnxTensor view(Tensor tensor) throws OrtException {
    var view = tensors.wrap(tensor);
    views.add(view);
    return view;
  }

  private void allocatePinned(long rows) {
    for (var i = 0; i < outputs.length; i++) {
      var product = plan.products()[i];
      if (product.isPinned()) {
        outputs[i] =
            context.tensors().allocate(product.declared().datatype(), product.shape(inputs));
      } else if (rows == 0) {
        throw new StageException(
            ErrorCode.INVALID_INPUT,
            "no rows (expected: at least one, as only a run tells the shape of '%s')"
                .formatted(product.declared().name()));
      }
    }
  }

  private void runRow(long row, long rows) throws OrtException {
    for (var i = 0; i < states.length; i++) {
      switch (plan.feeds()[i]) {
        case Feed.Row(var name, var input, _) ->
            slot.feed(name, rowOf(inputs.get(input), row, rows));
        case Feed.Carried(var name, var output, _, _) -> {
          slot.feedBorrowed(name, stateViews[i][(int) (row & 1)]);
          slot.pinBorrowed(output, stateViews[i][(int) (row + 1 & 1)]);
        }
        case Feed.Given _, Feed.Constant _ -> {}
      }
    }
    for (var i = 0; i < outputs.length; i++) {
      if (plan.products()[i].isPinned()) {
        slot.pin(plan.products()[i].name(), rowOf(outputs[i], row, rows));
      }
    }
    try (var result = slot.run(plan.requested())) {
      copyRequested(result, row, rows);
    }
    slot.release();
  }

  private void copyRequested(OrtSession.Result result, long row, long rows) throws OrtException {
    var next = slot.pinnedCount();
    for (var i = 0; i < outputs.length; i++) {
      var product = plan.products()[i];
      if (!product.isPinned()) {
        var value = OrtTensors.dense(result.get(next++), product, file);
        var shape = wholeShape(value.getInfo().getShape(), rows);
        if (row == 0) {
          outputs[i] = context.tensors().allocate(product.declared().datatype(), shape);
        }
        if (!shape.equals(outputs[i].shape()) || !product.allows(shape, inputs)) {
          throw new StageException(
              ErrorCode.STAGE_BROKE_CONTRACT,
              "model %s: output '%s' is %s at row %d (expected: %s, every row alike)"
                  .formatted(
                      file.path(),
                      product.declared().name(),
                      value.getInfo(),
                      row,
                      product.declared()));
        }
        var content = OrtAccess.content(value);
        tensors.copyInto(outputs[i], row * content.remaining(), content);
      }
    }
  }

  private Shape wholeShape(long[] rowShape, long rows) {
    if (plan.isScanning() && rowShape.length > 0) {
      rowShape[0] = rows;
    }
    return Shape.of(rowShape);
  }

  /** The runtime's view of one row of {@code whole}, or of all of it if nothing is scanned. */
  private OnnxTensor rowOf(Tensor whole, long row, long rows) throws OrtException {
    if (!plan.isScanning()) {
      return tensors.wrap(whole);
    }
    var shape = whole.shape().toArray();
    shape[0] = 1;
    var bytes = (int) (whole.byteSize() / rows);
    ByteBuffer content = whole.buffer().slice((int) row * bytes, bytes);
    return OrtAccess.wrap(whole.datatype(), content, shape);
  }

  private void closeStates() {
    for (var pair : states) {
      if (pair != null) {
        for (var state : pair) {
          if (state != null) {
            state.close();
          }
        }
      }
    }
  }
}
