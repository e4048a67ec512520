/** The accounts that a development machine starts with; their data is made up. */

export const DEMO_PLAYER = {
  phone: "0712000001",
  password: "mkeka-demo-1",
  fullName: "Amina Demo",
  dateOfBirth: "1994-03-12",
  nationalId: "28450012",
  depositMajor: 5_000,
} as const;

export const DEMO_OPERATOR = { email: "operator@mkeka.example", password: "mkeka-operator-1" } as const;
