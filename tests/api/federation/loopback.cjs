// Required before a program that would listen on every address of the machine: it listens on this one alone.
const { Server } = require("node:net");

const { listen } = Server.prototype;
Server.prototype.listen = function (options, ...rest) {
  const at = typeof options === "object" && "port" in options ? { ...options, host: "127.0.0.1" } : options;
  return listen.call(this, at, ...rest);
};
