import http from 'node:http';

const ANSWER_MS = 2000;

/**
 * Whether a URL answers 200 now. Anything else, also silence, is a no.
 * @param {string} url
 * @returns {Promise<boolean>}
 */
export function answersOk(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { timeout: ANSWER_MS, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
