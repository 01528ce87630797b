/**
 * Points Dawn to a Vulkan driver before the test processes start: SwiftShader, which Chrome and
 * Chromium bring along, unless the environment already names a driver.
 */
import { existsSync } from 'node:fs';

const BROWSERS = ['/usr/lib/chromium', '/opt/google/chrome', '/usr/lib/chromium-browser'];

/** The variables that make a program's Vulkan find SwiftShader; none where they are not needed or it is not there. */
export function softwareVulkan(): Record<string, string> {
  if (process.env['VK_ICD_FILENAMES']) return {};
  const folder = BROWSERS.find((candidate) => existsSync(`${candidate}/vk_swiftshader_icd.json`));
  if (!folder) return {};
  const libraries = process.env['LD_LIBRARY_PATH'];
  return {
    VK_ICD_FILENAMES: `${folder}/vk_swiftshader_icd.json`,
    // The browser brings the Vulkan loader too, where the system has none.
    LD_LIBRARY_PATH: libraries ? `${folder}:${libraries}` : folder,
  };
}

export default function setup(): void {
  Object.assign(process.env, softwareVulkan());
}
