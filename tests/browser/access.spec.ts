import { expect, test } from "./people.ts";

test("an administrator is told that case chats are closed to them", async ({ person }) => {
  const admin = await person("admin");
  await admin.signIn();
  await expect(admin.page.getByText("Administrators cannot open case chats")).toBeVisible();
  await admin.screenshot("administrator");
});

test("a case of others looks as if it did not exist", async ({ person }) => {
  const lucas = await person("lucas");
  await lucas.signIn("#/cases/mso-2026-0001/chat");
  await expect(lucas.page.getByText("This case is not available")).toBeVisible();
  await expect(lucas.composer).toHaveCount(0);
  await expect(lucas.page.getByText("Amira Haddad")).toHaveCount(0);
});
