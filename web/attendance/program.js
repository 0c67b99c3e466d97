// What this page is to the server: a program of the network's, that goes on when its person has closed the browser.
export const PROGRAM = {
  client: "konbit-attendance",
  home: "/attendance/",
  scope: "openid offline_access directory:read training:read training:write",
};
