/** Where the data is stored, in words. */
export const place = () =>
  /^(localhost|127\.|\[::1\])/.test(location.hostname) ? 'this computer' : location.hostname;
