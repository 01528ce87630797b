/**
 * Points Dawn to a Vulkan driver before the test processes start: SwiftShader of the installed
 * Chromium, unless the environment already names one. Where neither is, the WebGPU tests are skipped
 * by name.
 */
import { existsSync } from 'node:fs';

const CHROMIUM = '/usr/lib/chromium';

export default function setup(): void {
  const driver = `${CHROMIUM}/vk_swiftshader_icd.json`;
  if (process.env['VK_ICD_FILENAMES'] || !existsSync(driver)) return;
  process.env['VK_ICD_FILENAMES'] = driver;
  // Chromium brings the Vulkan loader too, where the system has none.
  process.env['LD_LIBRARY_PATH'] = [CHROMIUM, process.env['LD_LIBRARY_PATH'] ?? '']
    .filter((path) => path !== '')
    .join(':');
}
