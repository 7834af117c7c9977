/**
 * Text from outside without control characters, so that a name in a file cannot steer a terminal. Line breaks stay.
 *
 * @param text  any text
 * @returns the text with each control character shown as `�`
 */
export function plainText(text: string): string {
  // eslint-disable-next-line no-control-regex -- removing them is the purpose
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}
