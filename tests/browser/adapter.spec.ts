import { expect, test } from './fixtures';

test('the browser has a WebGPU adapter that computes', async ({ page }) => {
  await page.route('**/blank.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '' }),
  );
  await page.goto('blank.html');
  const doubled = await page.evaluate(async () => {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter)
      throw new Error('There is no adapter: this browser has no WebGPU, even in software.');
    const device = await adapter.requestDevice();
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const data = device.createBuffer({ size: 16, usage, mappedAtCreation: true });
    new Float32Array(data.getMappedRange()).set([1, 2, 3, 4]);
    data.unmap();
    const code = `@group(0) @binding(0) var<storage, read_write> x: array<f32>;
      @compute @workgroup_size(4) fn main(@builtin(local_invocation_index) i: u32) { x[i] *= 2; }`;
    const compute = { module: device.createShaderModule({ code }) };
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute });
    const layout = pipeline.getBindGroupLayout(0);
    const entries = [{ binding: 0, resource: { buffer: data } }];
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
    pass.dispatchWorkgroups(1);
    pass.end();
    const readable = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const result = device.createBuffer({ size: 16, usage: readable });
    encoder.copyBufferToBuffer(data, 0, result, 0, 16);
    device.queue.submit([encoder.finish()]);
    await result.mapAsync(GPUMapMode.READ);
    return [...new Float32Array(result.getMappedRange())];
  });
  expect(doubled).toEqual([2, 4, 6, 8]);
});
