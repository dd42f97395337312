/** Where the data lies, in words. */
export const place = () =>
  /^(localhost|127\.|\[::1\])/.test(location.hostname) ? 'this computer' : location.hostname;
